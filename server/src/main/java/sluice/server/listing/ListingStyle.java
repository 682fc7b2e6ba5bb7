package sluice.server.listing;

import java.nio.charset.StandardCharsets;

/** The parts that all listings' pages share: style and icons. */
final class ListingStyle {
    private ListingStyle() {}

    /** The text from the title's end to the body. */
    static final byte[] STYLE = """
        </title>
        <style>
        :root { color-scheme: light dark; --page: #f5f6f8; --card: #fff; --text: #1b1f24;
          --muted: #59626d; --line: #e2e5e9; --hover: #f0f5fd; --accent: #0a5fd0;
          --folder: #c9852b; --mark: #fbe9d2 }
        @media (prefers-color-scheme: dark) {
          :root { --page: #121519; --card: #1a1e24; --text: #e3e7ec; --muted: #98a2ae;
            --line: #2b3138; --hover: #222933; --accent: #82b4ff; --folder: #e3a857;
            --mark: #4b3a20 } }
        * { box-sizing: border-box }
        body { margin: 0; background: var(--page); color: var(--text);
          font: 15px/1.5 system-ui, sans-serif }
        main { max-width: 60rem; margin: 0 auto; padding: 2.5rem 1.5rem 2rem }
        a { color: inherit; text-decoration: none }
        a:hover { text-decoration: underline }
        a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px;
          border-radius: 4px }
        svg { flex: none; width: 1.25em; height: 1.25em; fill: none; stroke: currentColor;
          stroke-width: 1.3; stroke-linejoin: round; stroke-linecap: round;
          color: var(--muted) }
        ol { display: flex; flex-wrap: wrap; align-items: center; margin: 0 0 .5rem;
          padding: 0; list-style: none; color: var(--muted) }
        li { display: flex; align-items: center; overflow-wrap: anywhere }
        li + li::before { content: "/"; margin: 0 .45em; opacity: .6 }
        li a { display: flex; color: var(--accent) }
        li svg { color: inherit }
        h1 { margin: 0; font-size: 1.75rem; line-height: 1.25; letter-spacing: -.01em }
        h1, bdi { overflow-wrap: anywhere; white-space: pre-wrap }
        p { margin: .35rem 0 0; color: var(--muted) }
        .note { color: var(--text) }
        table { width: 100%; margin-top: 1.5rem; border-collapse: separate;
          border-spacing: 0; background: var(--card); border: 1px solid var(--line);
          border-radius: 12px; font-variant-numeric: tabular-nums }
        th, td { padding: 0 1rem; text-align: left; font-weight: normal;
          border-top: 1px solid var(--line) }
        thead th { position: sticky; top: 0; border: 0; border-radius: 12px;
          background: var(--card); color: var(--muted); font-size: .875rem }
        thead a { display: block; padding: .6rem 0 }
        thead [aria-sort] { color: var(--text); font-weight: 600 }
        th:first-child { width: 100% }
        th + *, td + * { white-space: nowrap; color: var(--muted) }
        :is(th, td):nth-child(2) { text-align: right }
        tbody tr:hover { background: var(--hover) }
        tbody tr:last-child > * { border-radius: 0 0 12px 12px }
        tbody a { display: flex; gap: .7rem; align-items: center; padding: .5rem 0 }
        .d svg { color: var(--folder); fill: var(--folder); fill-opacity: .18 }
        .empty { padding: 2rem 1rem; text-align: center; color: var(--muted) }
        .u { margin: 0 .1em; padding: 0 .25em; border-radius: 4px; font-size: .8em;
          background: var(--mark); white-space: nowrap }
        .h { position: absolute; width: 1px; height: 1px; overflow: hidden;
          clip-path: inset(50%) }
        footer { margin-top: 1rem; text-align: right; font-size: .875rem;
          color: var(--muted) }
        footer a { text-decoration: underline }
        @media (max-width: 36rem) {
          main { padding: 1.25rem .75rem }
          h1 { font-size: 1.4rem }
          th, td { padding: 0 .4rem }
          :is(th, td):first-child { padding-left: .8rem }
          :is(th, td):last-child { padding-right: .8rem }
          td { font-size: .8125rem }
          tbody a { padding: .65rem 0; gap: .55rem }
          .z { display: none } }
        </style>
        </head>
        <body>
        <svg class="h" aria-hidden="true">
        <symbol id="up" viewBox="0 0 16 16"><path d="M8 13V3M3.5 7.5 8 3l4.5 4.5"/></symbol>
        <symbol id="home" viewBox="0 0 16 16"><path
         d="M2 7.5 8 2l6 5.5M3.5 6.5v7h3.5v-4h2v4h3.5v-7"/></symbol>
        <symbol id="folder" viewBox="0 0 16 16"><path
         d="M1.5 12V4a1 1 0 0 1 1-1h3.3l1.6 1.8h6.1a1 1 0 0 1 1 1V12a1 1 0 0 1-1 1h-11a1
         1 0 0 1-1-1z"/></symbol>
        <symbol id="file" viewBox="0 0 16 16"><path
         d="M3 2.5a1 1 0 0 1 1-1h5l4 4v8a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1zM9 1.5v4h4"/></symbol>
        <symbol id="text" viewBox="0 0 16 16"><path
         d="M3 2.5a1 1 0 0 1 1-1h5l4 4v8a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1zM9 1.5v4h4M5.5 8.5h5M5.5
         11h5"/></symbol>
        <symbol id="image" viewBox="0 0 16 16"><path
         d="M1.5 3.5a1 1 0 0 1 1-1h11a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1h-11a1 1 0 0 1-1-1zM2 12l3.5-4
         3 3 2-2 3.5 3.5"/><circle cx="10.5" cy="5.7" r="1"/></symbol>
        <symbol id="audio" viewBox="0 0 16 16"><path d="M6 12V3.5L13 2v8.5"/><circle
         cx="4.3" cy="12" r="1.7"/><circle cx="11.3" cy="10.5" r="1.7"/></symbol>
        <symbol id="video" viewBox="0 0 16 16"><path
         d="M1.5 4a1 1 0 0 1 1-1h11a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1h-11a1 1 0 0 1-1-1z
         M6.5 5.8v4.4L10.2 8z"/></symbol>
        <symbol id="archive" viewBox="0 0 16 16"><path
         d="M2.5 5.5v7a1 1 0 0 0 1 1h9a1 1 0 0 0 1-1v-7M1.5 2.5h13v3h-13zM6.5 8.5h3"/></symbol>
        </svg>
        <main>
        <header>
        """.getBytes(StandardCharsets.UTF_8);
}
