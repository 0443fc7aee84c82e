import packageJson from '../../../package.json' with { type: 'json' };
import type { CdsService } from '../../cds/cds-service.ts';
import { HOOKS } from '../../cds/hook-contexts.ts';

/** The body of `GET /cds-services` (CDS Hooks 2.0.1, "Discovery"), with the versions that 3.0 adds. */
export function discovery(services: readonly CdsService[]) {
  return {
    services: services.map(({ id, hook, title, description, usageRequirements, prefetch, optionalPrefetch }) => ({
      id,
      hook,
      title,
      description,
      version: packageJson.version,
      hookVersion: HOOKS[hook].version,
      ...(usageRequirements === undefined ? {} : { usageRequirements }),
      prefetch: { ...prefetch, ...optionalPrefetch },
    })),
  };
}
