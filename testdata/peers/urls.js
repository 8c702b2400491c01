const lines = require("node:readline").createInterface({ input: process.stdin, crlfDelay: Infinity });
let urls = [];
const print = () => {
  if (urls.length) process.stdout.write(urls.join("\n") + "\n");
  urls = [];
};
lines.on("line", (line) => {
  const status = JSON.parse(new URLSearchParams(line).get("status") || "{}");
  for (const outputs of [status.videos, status.audios])
    for (const output of outputs || []) if (output.url) urls.push(output.url);
  if (urls.length > 1000) print();
});
lines.on("close", print);
