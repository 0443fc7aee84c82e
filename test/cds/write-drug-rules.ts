import { writeFileSync } from 'node:fs';
import { drugRulesTable } from './drug-rules-table.ts';

writeFileSync(new URL('../../docs/drug-rules.md', import.meta.url), drugRulesTable());
