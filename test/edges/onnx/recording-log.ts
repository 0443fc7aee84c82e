import type { OnnxLog } from '../../../src/edges/onnx/worker-messages.ts';

/** A log that keeps its lines: level, message, fields. */
export function recordingLog(): { readonly log: OnnxLog; readonly lines: readonly LogLine[] } {
  const lines: LogLine[] = [];
  const write = (level: LogLine['level']) => (fields: object, message: string) => {
    lines.push({ level, message, fields });
  };
  return { log: { info: write('info'), warn: write('warn'), error: write('error') }, lines };
}

interface LogLine {
  readonly level: keyof OnnxLog;
  readonly message: string;
  readonly fields: object;
}
