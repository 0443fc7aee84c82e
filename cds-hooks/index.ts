import type { CdsService } from '../src/cds/cds-service.ts';
import { ecgEncounterDischarge } from './ecg-encounter-discharge.ts';
import { ecgEncounterStart } from './ecg-encounter-start.ts';
import { ecgOrderDispatch } from './ecg-order-dispatch.ts';
import { ecgOrderSelect } from './ecg-order-select.ts';
import { ecgOrderSign } from './ecg-order-sign.ts';
import { ecgPatientView } from './ecg-patient-view.ts';

/** Every CDS service: discovery and routing follow from this table. To add one, write its file and its row. */
export const SERVICES: readonly CdsService[] = [
  ecgPatientView,
  ecgOrderSelect,
  ecgOrderSign,
  ecgOrderDispatch,
  ecgEncounterStart,
  ecgEncounterDischarge,
];
