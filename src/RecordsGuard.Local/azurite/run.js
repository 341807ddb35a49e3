'use strict';

// Runs Azurite for as long as standard input stays open: `node run.js <azurite.js> <options of azurite>`.
// The kernel closes that pipe however our parent ends, kill -9 included, and Azurite then saves what it still holds
// in memory. Closing the pipe is also how our parent stops it.

const azurite = process.argv[2];
process.umask(0o077);
process.argv = [process.argv[0], azurite, ...process.argv.slice(3)];

// After a kill -9 of the parent nobody reads our output; an EPIPE must not end us before the data is saved.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', () => { });
}

// Azurite loads what its telemetry is sent with even when it is told to send none. That is half of its start, and nothing
// that is not there sends anything.
const Module = require('module');
const load = Module._load;
Module._load = function (request, ...rest) {
  return request === 'applicationinsights' ? {} : load.call(this, request, ...rest);
};

let listening = false;
let closed = false;

function stop() {
  closed = true;
  if (!listening) {
    process.exit(0);
  }

  process.emit('SIGTERM');
  setTimeout(() => process.exit(1), 30000).unref();
}

// Azurite asks for SIGTERM last of all, once its three services listen: from here on it is ready and saves when it
// ends. SIGINT is withheld from it: Ctrl+C reaches every process of the terminal, and our parent still has
// resource logs to write while it stops.
const once = process.once;
process.once = function (event, listener) {
  if (event === 'SIGINT') {
    return this;
  }

  const result = once.call(this, event, listener);
  if (event === 'SIGTERM' && !listening) {
    listening = true;
    console.log('recordsguard: ready');
  }

  return result;
};
process.on('SIGINT', () => { });

process.stdin.on('error', () => { });
process.stdin.on('close', () => closed || stop());
process.stdin.on('end', () => closed || stop());
process.stdin.resume();

require(azurite);
