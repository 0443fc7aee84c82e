import { consoleIo, type Io } from './cli/console-io.ts';
import { reportError } from './cli/report-error.ts';

const USAGE = `usage: cardhook COMMAND

  serve [--demo] [--config FILE] [--role R]   the CDS Hooks service; --demo adds a sandbox EHR with simulated patients
  read FILE... [--json]                       what an ECG file holds
  interpret FILE... [--model NAME] [--json | --fhir]
                                              the whole pipeline on a file; --fhir prints the transaction Bundle
  convert FILE --to dicom|aecg|fhir --out FILE
                                              write an ECG in another format
  simulate --finding NAME --out FILE          make an ECG that shows a finding; --list names them
  model import|pull|list|run|verify ...       see cardhook model --help
  evaluate DIR [--model NAME] [--json]        AUROC of a model on labelled WFDB records
  calibrate DIR | --config FILE --tenant NAME --target MEASURE=SHARE
                                              probabilities and thresholds for one site, from its labelled ECGs
  jobs list|show|retry|drop --config FILE     ECGs to be interpreted and written back
  backfill --config FILE --tenant NAME --since DATE --until DATE
                                              reports for ECGs of the past
  audit verify|export --config FILE           the trail of who did what with which ECG and model
  shadow --config FILE [--json]               how a model in the shadow agrees with the one that is shown
  feedback --config FILE [--json]             how often cards were accepted and overridden
  keys new|public                             keys to ask EHRs for access tokens with, or to sign calibrations
  bench [preprocess | inference | hook-latency]
                                              benchmarks

Files may be FHIR JSON (Observation, DocumentReference, Bundle ...), HL7 aECG XML, DICOM or WFDB headers (.hea).`;

interface Command {
  readonly run: (args: readonly string[], io: Io) => Promise<number>;
  readonly usage: string;
}

/** Every command is one file in `cli/` and one row here; only the one that is called is loaded. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  serve: () => import('./cli/serve.ts').then(({ runServe, USAGE }) => ({ run: runServe, usage: USAGE })),
  read: () => import('./cli/read.ts').then(({ runRead, USAGE }) => ({ run: runRead, usage: USAGE })),
  interpret: () =>
    import('./cli/interpret.ts').then(({ runInterpret, USAGE }) => ({ run: runInterpret, usage: USAGE })),
  convert: () => import('./cli/convert.ts').then(({ runConvert, USAGE }) => ({ run: runConvert, usage: USAGE })),
  simulate: () => import('./cli/simulate.ts').then(({ runSimulate, USAGE }) => ({ run: runSimulate, usage: USAGE })),
  model: () => import('./cli/model.ts').then(({ runModel, USAGE }) => ({ run: runModel, usage: USAGE })),
  evaluate: () => import('./cli/evaluate.ts').then(({ runEvaluate, USAGE }) => ({ run: runEvaluate, usage: USAGE })),
  calibrate: () =>
    import('./cli/calibrate.ts').then(({ runCalibrate, USAGE }) => ({ run: runCalibrate, usage: USAGE })),
  jobs: () => import('./cli/jobs.ts').then(({ runJobs, USAGE }) => ({ run: runJobs, usage: USAGE })),
  backfill: () => import('./cli/backfill.ts').then(({ runBackfill, USAGE }) => ({ run: runBackfill, usage: USAGE })),
  audit: () => import('./cli/audit.ts').then(({ runAudit, USAGE }) => ({ run: runAudit, usage: USAGE })),
  shadow: () => import('./cli/shadow.ts').then(({ runShadow, USAGE }) => ({ run: runShadow, usage: USAGE })),
  feedback: () => import('./cli/feedback.ts').then(({ runFeedback, USAGE }) => ({ run: runFeedback, usage: USAGE })),
  keys: () => import('./cli/keys.ts').then(({ runKeys, USAGE }) => ({ run: runKeys, usage: USAGE })),
  bench: () => import('./cli/bench.ts').then(({ runBench, USAGE }) => ({ run: runBench, usage: USAGE })),
};

/** Runs one command; the exit code is 0, 1 (refused) or 2 (wrong call). */
export async function main([command, ...args]: readonly string[], io: Io = consoleIo): Promise<number> {
  if (command === undefined || command === 'help' || asksForHelp([command])) {
    io.stdout(USAGE);
    return 0;
  }
  const load = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  if (load === undefined) {
    io.stderr(`cardhook: no command '${command}'\n\n${USAGE}`);
    return 2;
  }
  try {
    const { run, usage } = await load();
    if (!asksForHelp(args)) return await run(args, io);
    io.stdout(usage);
    return 0;
  } catch (error) {
    return reportError(error, io);
  }
}

/** What follows `--` is a name, whatever it looks like. */
function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return (end === -1 ? args : args.slice(0, end)).some((arg) => arg === '--help' || arg === '-h');
}
