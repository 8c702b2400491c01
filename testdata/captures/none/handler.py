import json
from flask import Flask, request

app = Flask(__name__)

@app.post("/cb")
def cb():
    task_token = request.form["task_token"]
    event = request.form.get("event", "saved")
    status = json.loads(request.form["status"])
    if event == "saved" and status["status"] == "completed":
        for v in status["videos"]:
            print("url=%s tag=%s" % (v["url"], v["tag"]))
    elif event == "error":
        print({"task_token": task_token, "event": "error", "status": None})
    return {"status": "ok", "error": 0}
