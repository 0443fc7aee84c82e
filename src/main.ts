import { consoleIo, type Io } from './cli/console-io.ts';
import { reportError } from './cli/report-error.ts';

const USAGE = `Usage: cardhook COMMAND

  serve [--demo] [--config FILE] [--port N]   the CDS Hooks service; --demo adds a sandbox EHR with simulated patients
  read FILE... [--json]                       what an ECG file holds
  interpret FILE... [--model NAME] [--json | --fhir]
                                              the whole pipeline on a file; --fhir prints the transaction Bundle
  convert FILE --to dicom|aecg|fhir --out FILE
                                              write an ECG in another format
  simulate --finding NAME --out FILE          make an ECG that shows a finding; --list names them
  model import|pull|list|run|verify ...       see cardhook model --help
  evaluate DIR [--model NAME] [--json]        AUROC of a model on labelled WFDB records
  bench [preprocess | inference]              benchmarks; they print ratios

Files may be FHIR JSON (Observation, DocumentReference, Bundle ...), HL7 aECG XML, DICOM or WFDB headers (.hea).`;

type Run = (args: readonly string[], io: Io) => Promise<number>;

/** Every command is one file in `cli/` and one row here; only the one that is called is loaded. */
const COMMANDS: Readonly<Record<string, () => Promise<Run>>> = {
  serve: async () => (await import('./cli/serve.ts')).runServe,
  read: async () => (await import('./cli/read.ts')).runRead,
  interpret: async () => (await import('./cli/interpret.ts')).runInterpret,
  convert: async () => (await import('./cli/convert.ts')).runConvert,
  simulate: async () => (await import('./cli/simulate.ts')).runSimulate,
  model: async () => (await import('./cli/model.ts')).runModel,
  evaluate: async () => (await import('./cli/evaluate.ts')).runEvaluate,
  bench: async () => (await import('./cli/bench.ts')).runBench,
};

/** Runs one command; the exit code is 0, 1 (refused) or 2 (wrong call). */
export async function main([command, ...args]: readonly string[]): Promise<number> {
  if (command === undefined || ['help', '--help', '-h'].includes(command)) {
    consoleIo.stdout(USAGE);
    return 0;
  }
  const load = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  if (load === undefined) {
    consoleIo.stderr(`cardhook: no command '${command}'\n\n${USAGE}`);
    return 2;
  }
  try {
    const run = await load();
    return await run(args, consoleIo);
  } catch (error) {
    return reportError(error, consoleIo);
  }
}
