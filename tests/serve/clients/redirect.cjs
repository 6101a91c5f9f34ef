// Loaded before the vendor's MCP server: connections to its environment go to the server under test, as a line in /etc/hosts
// would send them. It also makes do with Node 20.
const tls = require("node:tls"), threads = require("node:worker_threads"), connect = tls.connect;
threads.markAsUncloneable ??= () => {};
tls.connect = (options, ...rest) => connect({...options, host: "127.0.0.1", port: Number(process.env.DQLKIT_PORT)}, ...rest);
