import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { main } from '../src/main.ts';

const COMMANDS = ['serve', 'read', 'interpret', 'convert', 'simulate', 'model', 'evaluate', 'bench'];
const PROGRAM = join(import.meta.dirname, '../src/cardhook.js');

const run = async (...args: string[]) => {
  const [stdout, stderr]: [string[], string[]] = [[], []];
  const exitCode = await main(args, {
    stdout: (line) => void stdout.push(line),
    stderr: (line) => void stderr.push(line),
  });
  return { exitCode, stdout: stdout.join('\n'), stderr: stderr.join('\n') };
};

describe('cardhook', () => {
  it.each([[], ['help'], ['--help'], ['-h']])('shows all commands for %j', async (...args) => {
    const { exitCode, stdout } = await run(...args);
    expect(exitCode).toBe(0);
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
  });

  it.each(
    COMMANDS.flatMap((command) => [
      [command, '--help'],
      [command, 'x', '-h'],
    ]),
  )('shows how a command is used for %s %s', async (...args) => {
    const { exitCode, stdout, stderr } = await run(...args);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^usage: cardhook ${args[0]}`));
  });

  it('takes what follows -- for a file', async () => {
    const { exitCode, stderr } = await run('read', '--', '--help');
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '--help: refused, there is no such file (NOT_FOUND)' });
  });

  it.each([['nothing'], ['toString'], ['read', '--jason'], ['read', '--json=yes', 'x'], ['convert', 'x', '--to']])(
    'refuses %j as a wrong call',
    async (...args) => {
      const { exitCode, stderr } = await run(...args);
      expect(exitCode).toBe(2);
      expect(stderr).toMatch(/^cardhook: /);
    },
  );

  it('ends in silence when nobody reads its output any more', async () => {
    const child = spawn(process.execPath, [PROGRAM, 'help'], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const [exitCode] = await once(child, 'close');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  });
});
