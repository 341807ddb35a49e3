// Runs one command that must not outlive whoever started this: when standard input closes, however that came
// about, the command is killed. A line "stop" asks it to end by itself. Needs no native code and no thread that
// has to stay alive, unlike the kernel's parent-death signal.
import { spawn } from 'node:child_process';
import { writeSync } from 'node:fs';
import { constants } from 'node:os';

const [command, ...args] = process.argv.slice(2);

// A session of its own: Ctrl+C in the terminal reaches the starter only, which stops what it started in order.
const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], detached: true });
if (child.pid !== undefined) {
  writeSync(1, `leash: ${child.pid}\n`);
}

child.on('error', error => {
  writeSync(2, `${error.message}\n`);
  process.exit(127);
});
child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));

const kill = () => child.kill('SIGKILL');
process.stdin.on('data', line => line.toString().includes('stop') && child.kill('SIGTERM'));
process.stdin.on('end', kill).on('close', kill).on('error', kill);
for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM']) {
  process.on(signal, () => {});
}
