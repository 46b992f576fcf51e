-- A POST of 1,024 bytes of JSON; with $SIGNATURE as GitHub's, if that is set.
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"action":"opened","filler":"' .. string.rep("x", 1024 - 31) .. '"}'
local signature = os.getenv("SIGNATURE")
if signature then
	wrk.headers["X-Hub-Signature-256"] = signature
end
