package sluice.beside;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Spring Boot decides who gets a file, and Sluice sends it: a redirect leads to a signed link. The
 * server is a bean, which starts and ends with the application.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(BesideSpring.DownloadController.class)
public class BesideSpring {
    /** Spring calls {@code close} when the application ends. */
    @Bean
    Downloads downloads(@Value("${files}") Path directory) throws IOException {
        return Downloads.start(directory, 0);
    }

    /** Answers who asks for a file. */
    @RestController
    static class DownloadController {
        private final Downloads downloads;

        DownloadController(Downloads downloads) {
            this.downloads = downloads;
        }

        @GetMapping("/download/{name}")
        ResponseEntity<Void> download(
                @PathVariable("name") String name, @RequestParam("user") String user) {
            if (!user.equals("anna")) { // An application asks Spring Security.
                return ResponseEntity.status(HttpStatus.FORBIDDEN).build();
            }
            return ResponseEntity.status(HttpStatus.FOUND)
                    .location(downloads.link(name))
                    .build();
        }
    }

    /** Serves the directory of {@code --files=DIR}. */
    public static void main(String[] arguments) {
        SpringApplication.run(BesideSpring.class, arguments);
    }
}
