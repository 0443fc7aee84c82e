import { openDatabase } from '../../src/edges/store/open-database.ts';
import { SECRET, startWriteBack, until } from '../edges/queue/start-write-back.ts';
import { mountSmallDisk } from './small-disk.ts';

const DISK_MB = 64;
/** How many notifications still find room in pages that are there; it was a dozen. */
const MAX_NOTIFICATIONS = 200;

// To mount a file system takes root: as any other user there is nothing to test with.
const disk = await mountSmallDisk(DISK_MB);

(disk ? it : it.skip)(
  'notifications that no room is left for are refused, and those that were acknowledged are done once there is room',
  async () => {
    if (disk === undefined) return;
    const database = await openDatabase({ directory: disk.path });
    // No search: what appears comes of notifications alone.
    const running = await startWriteBack({ trigger: 'subscription', writeBack: { pollSeconds: 86_400 }, database });
    const notify = async (number: number) =>
      (
        await fetch(`${running.address}/notifications/clinic/Observation/ecg-${number}`, {
          method: 'PUT',
          headers: { authorization: `Bearer ${SECRET}` },
        })
      ).status;
    try {
      await disk.fill();
      let number = 0;
      let status = 200;
      for (; status === 200 && number < MAX_NOTIFICATIONS; number += 1) {
        await running.fhir.storeEcg(`ecg-${number}`, 900 + number);
        status = await notify(number);
      }
      expect(status).toBe(503);
      await disk.free();
      expect(await notify(number - 1)).toBe(200);
      await running.service.start();
      await until(async () => (await running.fhir.reports()).length === number);
    } finally {
      await running.stop();
      await database.close();
      await disk.remove();
    }
  },
  180_000,
);
