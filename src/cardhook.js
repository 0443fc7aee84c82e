#!/usr/bin/env node
/** Plain JavaScript, so that a Node too old for TypeScript gets a sentence rather than a stack trace. */
const NODE_MAJOR_NEEDED = 24;

if (Number.parseInt(process.versions.node, 10) < NODE_MAJOR_NEEDED) {
  process.stderr.write(
    `Cardhook needs Node ${NODE_MAJOR_NEEDED} or newer; this is ${process.version}. ` +
      "After 'npm ci', 'npm start' and 'npx cardhook' run the Node that came along.\n",
  );
  process.exitCode = 1;
} else {
  const { main } = await import('./main.ts');
  const { endWithReader } = await import('./cli/console-io.ts');
  endWithReader();
  process.exitCode = await main(process.argv.slice(2));
}
