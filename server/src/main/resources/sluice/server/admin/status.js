// Asks for the sums once a second; rates are differences of two answers.
(() => {
'use strict';
const PERIOD = 1000, PATIENCE = 5000, KEPT = 60;
const byId = id => document.getElementById(id);
let before = null;
const history = { requests: [], bytes: [] };

const scaled = (value, base, units) => {
  let at = 0;
  while (value >= base && at < units.length - 1) { value /= base; at++; }
  return (value >= 100 || at === 0 && Number.isInteger(value) ? Math.round(value)
    : value.toPrecision(3)) + units[at];
};
const count = value => scaled(value, 1000, ['', ' k', ' M', ' G', ' T']);
const bytes = value => scaled(value, 1024, [' B', ' KiB', ' MiB', ' GiB', ' TiB', ' PiB']);
const time = seconds => seconds === null ? '–' : seconds < 0.001 ? Math.round(seconds * 1e6) + ' µs'
  : seconds < 1 ? Number((seconds * 1e3).toPrecision(3)) + ' ms' : seconds + ' s';
const span = seconds => {
  const units = [[86400, 'd'], [3600, 'h'], [60, 'min'], [1, 's']];
  const [size, name] = units.find(unit => seconds >= unit[0]) || [1, 's'];
  return Math.floor(seconds / size) + ' ' + name;
};

// The bound that this share of the responses between two answers did not exceed.
const quantile = (now, then, share) => {
  const counts = now.times.map((sum, i) => sum - (then ? then.times[i] : 0));
  const all = counts[counts.length - 1];
  if (all === 0) return null;
  const at = counts.findIndex(sum => sum >= all * share);
  return now.bounds[Math.min(at, now.bounds.length - 1)];
};

const element = (name, text, kind) => {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (kind) made.className = kind;
  return made;
};

const line = values => {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  const path = document.createElementNS(space, 'polyline');
  const top = Math.max(1, ...values);
  svg.setAttribute('viewBox', `0 -1 ${KEPT - 1} 22`);
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('aria-hidden', 'true');
  path.setAttribute('points', values.map((value, i) =>
    `${KEPT - values.length + i},${20 - 20 * value / top}`).join(' '));
  svg.append(path);
  return svg;
};

const tile = (name, value, bad, values) => {
  const made = element('li', undefined, bad ? 'bad' : '');
  made.append(element('span', name), element('b', value));
  if (values) made.append(line(values));
  return made;
};

const row = (name, middle, share, last) => {
  const made = element('tr');
  const bar = element('meter');
  bar.max = 1;
  bar.value = share;
  bar.setAttribute('aria-label', name);
  const cell = element('td');
  cell.append(bar);
  made.append(element('td', name), element('td', middle), cell, element('td', last));
  return made;
};

const shares = (id, now, then, unit) => {
  const sum = Object.values(now).reduce((a, b) => a + b, 0) || 1;
  byId(id).replaceChildren(...Object.entries(now).map(([name, value]) => {
    const rate = then ? unit((value - (then.sums[name] || 0)) / then.seconds) + '/s' : '–';
    return row(name, rate, value / sum, unit(value));
  }));
};

const show = now => {
  const then = before;
  const seconds = then ? Math.max(0.001, now.uptime - then.uptime) : 1;
  const c = now.counters;
  const sent = state => state.counters.bytes_from_memory + state.counters.bytes_from_files;
  const rate = (a, b) => Math.max(0, a - b) / seconds;
  if (then) {
    history.requests.push(rate(c.requests, then.counters.requests));
    history.bytes.push(rate(sent(now), sent(then)));
    Object.values(history).forEach(values => { if (values.length > KEPT) values.shift(); });
  }
  const last = values => values[values.length - 1] || 0;
  const ready = now.unready.length === 0;
  byId('state').textContent = ready ? 'ready' : now.unready.join('; ');
  byId('state').className = ready ? 'state' : 'state bad';
  byId('about').textContent = now.description + '; up ' + span(now.uptime);
  const busy = then ? (now.cpu - then.cpu) / seconds : 0;
  const failed = Object.entries(now.statuses).filter(([status]) => status >= 500)
    .reduce((sum, entry) => sum + entry[1], 0);
  byId('tiles').replaceChildren(
    tile('requests/s', count(Math.round(last(history.requests))), false, history.requests),
    tile('sent/s', bytes(Math.round(last(history.bytes))), false, history.bytes),
    tile('connections', count(now.connections)),
    tile('half took at most', time(quantile(now, then, 0.5))),
    tile('99 % took at most', time(quantile(now, then, 0.99))),
    tile(`CPUs in use, of ${now.cpus}`, busy.toFixed(2)),
    tile('copied through user space', bytes(c.bytes_copied)),
    tile('cold parts read', count(c.cold_chunks)),
    tile('cold stalls', count(c.cold_stalls), c.cold_stalls > 0),
    tile('torn answers', count(c.file_changed), c.file_changed > 0),
    tile('copy fallbacks', count(c.copy_fallbacks)),
    tile('responses 5xx', count(failed), failed > 0),
    tile('log lines lost', count(now.lostLogLines), now.lostLogLines > 0),
    tile('heap used', bytes(now.heap)));
  const loopsThen = Object.fromEntries((then ? then.loops : []).map(loop => [loop.name, loop.cpu]));
  byId('no-loops').hidden = now.loops.length > 0;
  byId('loops').replaceChildren(...now.loops.map(loop => {
    const used = Math.min(1, (loop.cpu - (loopsThen[loop.name] ?? loop.cpu)) / seconds);
    const state = !loop.alive ? 'ended' : loop.stuck ? 'stuck' : 'well';
    return row(loop.name, Math.round(used * 100) + ' %', used, state);
  }));
  shares('paths', now.paths, then && { sums: then.paths, seconds }, bytes);
  shares('statuses', now.statuses, then && { sums: then.statuses, seconds }, count);
  before = now;
};

const ask = async () => {
  try {
    const answer = await fetch('status.json', { signal: AbortSignal.timeout(PATIENCE) });
    show(await answer.json());
  } catch (e) {
    byId('state').textContent = 'the server does not answer';
    byId('state').className = 'state bad';
  }
  setTimeout(ask, PERIOD);
};
ask();
})();
