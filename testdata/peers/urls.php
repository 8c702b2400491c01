<?php
while (($line = fgets(STDIN)) !== false) {
    parse_str(rtrim($line, "\n"), $form);
    $status = json_decode($form['status'] ?? '', true);
    foreach (['videos', 'audios'] as $kind) {
        foreach ($status[$kind] ?? [] as $output) {
            if ($output['url']) {
                echo $output['url'], "\n";
            }
        }
    }
}
