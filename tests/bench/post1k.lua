-- A POST of 1,024 bytes of JSON.
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"action":"opened","filler":"' .. string.rep("x", 1024 - 31) .. '"}'
