app.post('/cb', (req, res) => {
  const { task_token, event, status } = req.body;
  const s = JSON.parse(status || '{"status": "unknown", "videos": []}');
  if (event === 'saved') console.log({ task_token: task_token, event: 'saved', status: s });
  res.json({ status: 'ok' });
});
