import type { CdsService } from '../../cds/cds-service.ts';

/** The body of `GET /cds-services` (CDS Hooks 2.0.1, "Discovery"). */
export function discovery(services: readonly CdsService[]) {
  return {
    services: services.map(({ id, hook, title, description, usageRequirements, prefetch, optionalPrefetch }) => ({
      id,
      hook,
      title,
      description,
      ...(usageRequirements === undefined ? {} : { usageRequirements }),
      prefetch: { ...prefetch, ...optionalPrefetch },
    })),
  };
}
