<?php
$flags = JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES;
while (($line = fgets(STDIN)) !== false) {
    parse_str(rtrim($line, "\n"), $form);
    foreach (['status', 'payload'] as $field) {
        $form[$field] = json_decode($form[$field]) ?? $form[$field];
    }
    echo json_encode($form, $flags), "\n";
}
