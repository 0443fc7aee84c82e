import { stripTypeScriptTypes } from 'node:module';

/** TypeScript as a browser takes it. Node calls the function experimental and would warn on every start, though it is what runs this very file. */
export function withoutTypes(source: string): string {
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    return stripTypeScriptTypes(source);
  } finally {
    process.emitWarning = emitWarning;
  }
}
