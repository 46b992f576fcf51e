-- A POST of 1,024 bytes of JSON; with $SIGNATURE as GitHub's, if that is set.
-- If $AS_GITHUB is, its fields and its JSON are of GitHub's kind.
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"action":"opened","filler":"' .. string.rep("x", 1024 - 31) .. '"}'
if os.getenv("AS_GITHUB") then
	local one = '{"id":%d,"name":"item %d","open":true,"user":{"login":"octo"}},'
	local items = {}
	for i = 1, 16 do
		items[i] = string.format(one, i, i)
	end
	wrk.headers["Accept"] = "*/*"
	wrk.headers["User-Agent"] = "GitHub-Hookshot/044aadd"
	wrk.headers["X-GitHub-Delivery"] = "72d3162e-cc78-11e3-81ab-4c9367dc0958"
	wrk.headers["X-GitHub-Event"] = "issues"
	wrk.headers["X-GitHub-Hook-ID"] = "292430182"
	wrk.headers["X-GitHub-Hook-Installation-Target-ID"] = "79929171"
	wrk.headers["X-GitHub-Hook-Installation-Target-Type"] = "repository"
	wrk.body = '{"action":"opened","issues":[' .. table.concat(items) .. '{}]}'
end
local signature = os.getenv("SIGNATURE")
if signature then
	wrk.headers["X-Hub-Signature-256"] = signature
end
