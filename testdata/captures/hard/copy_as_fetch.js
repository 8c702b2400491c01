fetch("https://example.com/callbacks/qencode", {
  "headers": {
    "accept": "*/*",
    "content-type": "application/x-www-form-urlencoded"
  },
  "body": "status=%7B%22status%22%3A+%22completed%22%2C+%22videos%22%3A+%5B%7B%22url%22%3A+%22https%3A%2F%2Fbucket.s3.amazonaws.com%2Fa%2520b.mp4%3FX-Amz-Expires%3D60%26X-Amz-Signature%3Dabc%252Bdef%3D%3D%26response%3Dit%27s+%5C%22here%5C%22%22%2C+%22tag%22%3A+%22video-0-0%22%2C+%22user_tag%22%3A+%22l%27%5Cu00e9t%5Cu00e9+%26+720p%22%2C+%22output_format%22%3A+%22mp4%22%2C+%22meta%22%3A+%7B%22width%22%3A+1280%2C+%22height%22%3A+720%7D%2C+%22duration%22%3A+%2210.5%22%2C+%22size%22%3A+%221.10%22%7D%5D%2C+%22audios%22%3A+%5B%7B%22url%22%3A+%22https%3A%2F%2Fbucket.s3.amazonaws.com%2Fa.mp3%3Fa%3D1%26event%3Dfake%26task_token%3D00%22%2C+%22tag%22%3A+%22audio-1-0%22%2C+%22user_tag%22%3A+%22back%5C%5Cslash%22%2C+%22output_format%22%3A+%22mp3%22%2C+%22meta%22%3A+null%7D%5D%2C+%22images%22%3A+%5B%5D%2C+%22percent%22%3A+100%2C+%22error%22%3A+0%2C+%22error_description%22%3A+null%2C+%22warnings%22%3A+%5B%7B%22message%22%3A+%22line+one%5Cnline+two%22%2C+%22details%22%3A+%22C%3A%5C%5Cpath%5C%5Cnew%22%2C+%22tag%22%3A+%22video-0-0%22%7D%5D%7D&callback_type=task&task_token=0123456789abcdef0123456789abcdef&event=saved&payload=it%27s+%22%C3%A9%22+%26+%3Cb%3E%5Cn+100%25%0Asecond%3Dline",
  "method": "POST"
});