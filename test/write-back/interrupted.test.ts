import fc from 'fast-check';
import type { ReportForm } from '../../src/config.ts';
import { reportInput } from '../fhir/report-inputs.ts';
import {
  eachOnFaultyServer,
  expectOnlyNewer,
  type Fault,
  listenFaulty,
  loseAnswer,
  newer,
  refusing,
  WHOLE,
  writeTo,
} from './faulty-server.ts';

const { loopback, failWith, write, counts } = eachOnFaultyServer();

/** A server that does what it is asked, but whose answer to the first of these requests never arrives. */
function losingAnswer(method: string, type: string): Fault {
  let isLost = false;
  return (request, response) => {
    if (request.method === method && request.url.startsWith(`/${type}`) && !isLost) {
      isLost = true;
      loseAnswer(response);
    }
    return false;
  };
}

describe('what was cut off', () => {
  it('after a transaction was done is found done', async () => {
    failWith(losingAnswer('POST', ''));
    await expect(write()).rejects.toMatchObject({ code: 'FHIR_UNAVAILABLE' });
    expect(await write()).toMatchObject({ outcome: 'unchanged' });
    expect(await counts()).toEqual(WHOLE);
  });

  it.each(['Device', 'Observation', 'DiagnosticReport', 'Provenance'])(
    'after the %s was created is completed, and nothing is doubled',
    async (type) => {
      const lost = losingAnswer('POST', type);
      failWith((request, response) => refusing(404, 'POST /')(request, response) || lost(request, response));
      await expect(write()).rejects.toMatchObject({ code: 'FHIR_UNAVAILABLE' });
      await write();
      expect(await counts()).toEqual(WHOLE);
    },
  );

  it.each(['PUT DiagnosticReport', 'PUT Observation', 'POST Provenance'])(
    'in a re-run after %s is completed',
    async (request) => {
      await write();
      const [method = '', type = ''] = request.split(' ');
      const lost = losingAnswer(method, type);
      failWith((each, response) => refusing(404, 'POST /')(each, response) || lost(each, response));
      await expect(write(newer())).rejects.toMatchObject({ code: 'FHIR_UNAVAILABLE' });
      await write(newer());
      await expectOnlyNewer(loopback().server);
    },
  );
});

describe('a report and its re-run', () => {
  /** What happens to the requests that write, in turn; the rest go well. */
  const fates = fc.array(fc.constantFrom('done', 'lost', 'failed'), { maxLength: 14 });

  it.each<[string, ReportForm]>([
    ['in transactions', 'transaction'],
    ['one by one', 'creates'],
  ])('%s come out the same whatever is lost or fails on the way', async (_case, form) => {
    await fc.assert(
      fc.asyncProperty(fates, async (planned) => {
        const left = [...planned];
        const server = await listenFaulty(({ method }, response) => {
          const fate = method === 'GET' || method === 'HEAD' ? 'done' : (left.shift() ?? 'done');
          if (fate === 'lost') loseAnswer(response);
          if (fate === 'failed') response.status(503).json({ resourceType: 'OperationOutcome', issue: [] });
          return fate === 'failed';
        });
        try {
          await untilWritten(() => writeTo(server.server, reportInput(), [form]));
          await untilWritten(() => writeTo(server.server, newer(), [form]));
          await expectOnlyNewer(server.server);
        } finally {
          await server.close();
        }
      }),
      { numRuns: 15, seed: 97 },
    );
  });
});

async function untilWritten(attempt: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; tries < 30; tries += 1) {
    try {
      await attempt();
      return;
    } catch (error) {
      expect(error).toMatchObject({ code: 'FHIR_UNAVAILABLE' });
    }
  }
  throw new Error('never written');
}
