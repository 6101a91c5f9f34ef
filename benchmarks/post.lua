-- A business event of about 520 bytes per request, as `benchmarks/server.py` sends it with wrk; BATCH events where that is set.
local batch = tonumber(os.getenv("BATCH") or "1")
local event = '{"event.type":"order.paid","event.provider":"shop.example","orderId":"5b1e7f0a-6c1d-4f77-9c1a-000000000000",'
  .. '"customer":{"id":48213,"segment":"returning","country":"AT"},"items":["PR-1002","PR-2077","PR-9313"],"total":129.9,'
  .. '"currency":"EUR","discount":0.1,"paymentType":"card","session":"9f2c7a4be1d04d9c8d","channel":"web","campaign":"autumn",'
  .. '"deliveryDays":2,"warehouse":"vie-2","note":"leave it with the neighbours, please ring twice and wait for a minute",'
  .. '"agent":"Mozilla/5.0 (X11; Linux x86_64)","first":false}'
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
if batch == 1 then
  wrk.body = event
else
  wrk.body = "[" .. event .. string.rep("," .. event, batch - 1) .. "]"
end
