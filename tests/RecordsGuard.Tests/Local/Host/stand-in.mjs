// A custom handler that can do all that an app should not: the other side of the host's contract tests.
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const hits = {};
const invocations = [];
let release = () => {};
let uploadBegan = false;

const json = (response, value) => {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(value));
};

async function read(request) {
  const parts = [];
  for await (const part of request) {
    uploadBegan = true;
    parts.push(part);
  }

  return Buffer.concat(parts);
}

const routes = {
  '/api/echo': async (request, response) => {
    const body = await read(request);
    json(response, { method: request.method, url: request.url, headers: request.headers, raw: request.rawHeaders, length: body.length });
  },
  '/api/process': (_, response) => json(response, { pid: process.pid, cwd: process.cwd(), args: process.argv.slice(2), env: process.env }),
  '/api/say': (_, response) => {
    process.stdout.write('said on stdout\n');
    process.stderr.write('said on stderr\n');
    process.stderr.write('a warning on stderr\n');
    json(response, {});
  },
  '/api/crash': () => process.exit(7),
  '/api/hang': () => {},
  '/api/drop': request => request.socket.destroy(),
  '/api/hits': (_, response) => json(response, hits),
  '/api/invocations': (_, response) => json(response, invocations),
  '/api/cookies': (_, response) => {
    response.setHeader('set-cookie', ['a=1', 'b=2']);
    response.writeHead(302, { location: '/elsewhere' });
    response.end();
  },
  '/api/stream': async (_, response) => {
    response.write('first ');
    await new Promise(done => { release = done; });
    response.end('second');
  },
  '/api/release': (_, response) => { release(); json(response, {}); },
  '/api/upload-began': (_, response) => json(response, uploadBegan),
};

// What a trigger answers is in its message, as in {"answer":"204"}.
const answers = {
  '204': response => { response.writeHead(204); response.end(); },
  empty: response => { response.setHeader('content-type', 'application/json'); response.end(); },
  null: response => json(response, null),
  text: response => { response.setHeader('content-type', 'text/plain'); response.end('{}'); },
  broken: response => { response.setHeader('content-type', 'application/json'); response.end('{"Outputs":'); },
  '500': response => { response.writeHead(500); response.end(); },
  bare: response => json(response, {}),
};

const server = createServer(async (request, response) => {
  const path = request.url.split('?')[0];
  hits[path] = (hits[path] ?? 0) + 1;
  if (path === '/') {
    response.writeHead(404);
    response.end();
  } else if (routes[path]) {
    await routes[path](request, response);
  } else if (path.startsWith('/api/') || request.method !== 'POST') {
    await routes['/api/echo'](request, response);
  } else {
    const body = JSON.parse(await read(request));
    invocations.push({ url: request.url, headers: request.headers, body });
    const wanted = /answer=(\w+)/.exec(JSON.stringify(body.Data))?.[1] ?? 'bare';
    answers[wanted](response);
  }
});

await sleep(Number(process.env.STANDIN_DELAY ?? 0));
server.listen(Number(process.env.FUNCTIONS_CUSTOMHANDLER_PORT), '127.0.0.1');
