import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const LOAD_MEDPLUM = join(import.meta.dirname, '../../../src/edges/demo/load-medplum.ts');

/** An installation without development dependencies, as far as imports can tell. */
const WITHOUT_MEDPLUM = `
  import { registerHooks } from 'node:module';
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier.startsWith('@medplum/')) throw new Error('not installed');
      return next(specifier, context);
    },
  });
  const { loadMedplum } = await import(${JSON.stringify(LOAD_MEDPLUM)});
  const error = await loadMedplum().catch((reason) => reason);
  console.log(error.code, error.message);
`;

it('says what to install where the development packages are missing', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', WITHOUT_MEDPLUM]);
  expect(stdout).toMatch(/^CONFIG_INVALID .*@medplum\/fhir-router.*npm ci/);
});
