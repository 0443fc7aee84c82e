import { consoleIo } from './cli/console-io.ts';
import { reportError } from './cli/report-error.ts';

/** Command line. Every command is one file in `cli/`. */
const USAGE = `Usage: cardhook COMMAND

  serve [--demo] [--config FILE] [--port N]   the CDS Hooks service; --demo adds a FHIR server with simulated patients
  read FILE... [--json]                       what an ECG file holds
  interpret FILE... [--model NAME] [--json | --fhir]
                                              the whole pipeline on a file; --fhir prints the transaction Bundle
  convert FILE --to dicom|aecg|fhir --out FILE
                                              write an ECG in another format
  model import|pull|list|run|verify ...            see cardhook model --help
  bench [preprocess | inference | hooks]      benchmarks; they print ratios

Files may be FHIR JSON (Observation, DocumentReference, Bundle ...), HL7 aECG XML or DICOM.
`;

/** Runs one command; the exit code is 0, 1 (refused) or 2 (wrong call). */
export async function main([command, ...args]: string[]): Promise<number> {
  try {
    switch (command) {
      case 'serve':
        return await (await import('./cli/serve.ts')).runServe(args, consoleIo);
      case 'read':
        return await (await import('./cli/read.ts')).runRead(args, consoleIo);
      case 'interpret':
        return await (await import('./cli/interpret.ts')).runInterpret(args, consoleIo);
      case 'convert':
        return await (await import('./cli/convert.ts')).runConvert(args, consoleIo);
      case 'model':
        return await (await import('./cli/model.ts')).runModel(args, consoleIo);
      case 'bench':
        return await (await import('./cli/bench.ts')).runBench(args, consoleIo);
      case undefined:
      case 'help':
      case '--help':
      case '-h':
        consoleIo.stdout(USAGE.trimEnd());
        return 0;
      default:
        consoleIo.stderr(`cardhook: no command '${command}'\n\n${USAGE.trimEnd()}`);
        return 2;
    }
  } catch (error) {
    return reportError(error, consoleIo);
  }
}
