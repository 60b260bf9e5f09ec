-- A beacon of a new view each time, from one of many visitors. Arguments: the page's id.
local page, thread = 0, 0
local connection = 0

function setup(it)
  it:set("id", thread)
  thread = thread + 1
end

function init(arguments)
  page = arguments[1]
  math.randomseed(os.time() * 1000 + id)
end

function request()
  local key = string.format("%08x%08x%08x%08x", math.random(0, 0x7fffffff),
    math.random(0, 0x7fffffff), math.random(0, 0x7fffffff), math.random(0, 0x7fffffff))
  local visitor = math.random(0, 49999)
  local address = string.format("10.%d.%d.%d", visitor / 62500, visitor / 250 % 250, visitor % 250)
  wrk.headers["X-Forwarded-For"] = address
  local body = string.format('{"key": "%s", "page": %s, "place": %s, "fragments": [], "query": ""}',
    key, page, page)
  return wrk.format("POST", nil, nil, body)
end
