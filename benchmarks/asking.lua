-- What fifty people ask at once, for wrk: set up by benchmarks/lookup.py, which writes MIX before this file.
-- MIX = {token, cookie, first, squares = {...}, towns = {...}}; each request comes from an address of its own.

local counter = 0

function setup(thread)
  counter = counter + 1
  thread:set("number", counter)
end

function init()
  math.randomseed(20261130 + number)
end

local function headers(more)
  local said = { ["X-Forwarded-For"] = string.format("10.%d.%d.%d", math.random(0, 255), math.random(0, 255), math.random(1, 254)) }
  for name, value in pairs(more or {}) do said[name] = value end
  return said
end

function request()
  local turn = math.random()
  if turn < 0.1 then return wrk.format("GET", MIX.first, headers()) end
  if turn < 0.2 then
    local body = "csrf_token=" .. MIX.token .. "&words=" .. MIX.towns[math.random(#MIX.towns)]
    return wrk.format("POST", MIX.first, headers({ Cookie = MIX.cookie, ["Content-Type"] = "application/x-www-form-urlencoded" }), body)
  end
  local path = MIX.first .. "/" .. MIX.squares[math.random(#MIX.squares)]
  if turn < 0.4 then path = path .. "?topic=gatherings&no_certificate=1&day=week" else path = path .. "?by=block" end
  if MIX.new then path = path .. "&new=" .. math.random(1e9) end
  return wrk.format("GET", path, headers())
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests": %d, "seconds": %.3f, "p50": %.3f, "p95": %.3f, "p99": %.3f, "errors": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(95) / 1e3,
    latency:percentile(99) / 1e3, errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
