import { z } from 'zod';
import { backendServicesSchema } from './backend-services-config.ts';
import { areConfusable, cdsClientSchema } from './cds-client-config.ts';
import { EcgError } from './errors.ts';
import { smartAppSchema } from './smart-app-config.ts';
import { crossesNetworkInClear } from './web-address.ts';

const fhirBase = z.url({ protocol: /^https?$/ }).refine((url) => !/[?#@]/.test(url), {
  message: 'a FHIR base URL has no credentials, no query and no fragment',
});

const IN_CLEAR = 'plain http to another machine; use https, or set allowHttp to permit it';
const drugRulesSchema = z
  .strictObject({
    /** 1: the core; 2: all of `mappings/drug-ecg-rules.json`. */
    priority: z.union([z.literal(1), z.literal(2)]).default(1),
    /** Whether rules speak whose evidence nobody has re-read. */
    unverified: z.boolean().default(true),
  })
  .prefault({});

const overridesSchema = z
  .strictObject({
    /** For how long a user is not shown again what was overridden with a reason. 0: never silent. */
    silenceHours: z.number().min(0).max(720).default(72),
    /** Of a critical card. */
    criticalSilenceHours: z.number().min(0).max(24).default(4),
  })
  .prefault({});
/** Where a hook names no tenant. */
export const OVERRIDE_DEFAULTS = overridesSchema.parse({});

/** How a report may be written, the richest first; see docs/write-back.md. */
export const REPORT_FORMS = ['transaction', 'creates', 'document', 'observation'] as const;
export type ReportForm = (typeof REPORT_FORMS)[number];

const DEFAULT_BUDGET_MS = 500;
const webPage = z.url({ protocol: /^https?$/ });

/** The viewer of tracings that cards link to. */
const tracingAppSchema = z.strictObject({
  /** The EHR adds `iss` and `launch` itself. */
  launchUrl: webPage.regex(/^(?!.*[?&](iss|launch)=)/),
  label: z.string().min(1).max(60).default('Open the tracing'),
  /** `smart`: launched by the EHR with a signed context; `absolute`: a plain page. */
  type: z.enum(['smart', 'absolute']).default('smart'),
});

const writeBackSchema = z
  .strictObject({
    /** How new ECGs are noticed; `none`: no report is written unasked. */
    trigger: z.enum(['none', 'subscription', 'topic', 'poll']).default('none'),
    /** What the FHIR server sends as `Authorization: Bearer …` with its notifications. */
    secret: z
      .string()
      .regex(/^[\w.~+/=-]{16,200}$/, '16 to 200 characters that a bearer token may have')
      .optional(),
    /** Canonical URL of the SubscriptionTopic for new ECGs, where the trigger is `topic`. */
    topic: z.url().optional(),
    /** Filters of that topic, as its server defines them: "Observation?code=http://loinc.org|11524-6". */
    topicFilters: z.array(z.string().min(1).max(1_000)).max(20).default([]),
    /** How often the server is searched for ECGs that no notification told of; every 5 s where the trigger is `poll`. */
    pollSeconds: z.int().min(1).max(86_400).optional(),
    /** Every search goes back this far before the last one: clocks differ, and what is stored may show late. */
    overlapSeconds: z.int().min(0).max(86_400).default(120),
    /** How far the first search of all goes back. */
    lookbackHours: z.number().min(0).max(8_760).default(24),
    /** Tried in this order until the server takes one; none: nothing is ever written. */
    forms: z
      .array(z.enum(REPORT_FORMS))
      .refine((forms) => new Set(forms).size === forms.length, { message: 'a form is named twice' })
      .default([...REPORT_FORMS]),
    /** Whether reports carry the tracing and the findings as PDF. */
    pdf: z.boolean().default(true),
  })
  .refine(({ trigger, secret }) => secret !== undefined || !['subscription', 'topic'].includes(trigger), {
    path: ['secret'],
    message: 'notifications need a secret, by which they are known to be of your FHIR server',
  })
  .refine(({ trigger, topic }) => (topic !== undefined) === (trigger === 'topic'), {
    path: ['topic'],
    message: 'the trigger topic needs the URL of a SubscriptionTopic, and no other trigger has one',
  });

const tenantFields = z.strictObject({
  /** Short name for logs. */
  name: z.string().regex(/^[a-z0-9-]{1,40}$/),
  /** The one FHIR base this tenant's hooks may name in `fhirServer`; nothing else is ever called. */
  fhirServer: fhirBase,
  /** Permits a `fhirServer` without TLS elsewhere than on this machine; tokens and records then cross the network in clear. */
  allowHttp: z.boolean().default(false),
  /** `none` lets anybody call who can reach the service. */
  authentication: z.enum(['jwt', 'none']).default('jwt'),
  /** Whose JWTs are accepted. */
  clients: z.array(cdsClientSchema).max(50).default([]),
  /** How Cardhook calls this FHIR server in its own name; without it, unattended work goes without a token. */
  backendServices: backendServicesSchema.optional(),
  /** The viewer of tracings, launched from the EHR; without it nobody can launch it for this tenant. */
  smartApp: smartAppSchema.optional(),
  /** `gps` keeps to codes of the SNOMED CT Global Patient Set, for sites without an affiliate licence. */
  snomedEdition: z.enum(['all', 'gps']).default('all'),
  /** How long one request to the FHIR server may take. */
  fhirTimeoutMs: z.int().min(50).max(60_000).default(5_000),
  /** A hook answers within this time; a later interpretation goes on and is there at the next hook. */
  hookBudgetMs: z.int().min(50).max(30_000).default(DEFAULT_BUDGET_MS),
  /** Files that `cardhook calibrate` wrote for this tenant, at most one for each model. */
  calibrations: z.array(z.string().min(1)).max(2).default([]),
  /** A model that reads beside the one that is shown, and shows and writes nothing. */
  shadow: z.strictObject({ model: z.string().min(1), calibration: z.string().min(1).optional() }).optional(),
  /** Whose habits cards are shaped to. */
  ehrProfile: z.enum(['plain', 'epic', 'oracle']).default('plain'),
  /** Beginnings of the URLs that this EHR lets cards link to, where it keeps such a list. */
  allowedLinks: z.array(webPage).max(100).default([]),
  tracingApp: tracingAppSchema.optional(),
  /** What a hook says whose reading is late: that it is on its way, or nothing. */
  lateReading: z.enum(['pending-card', 'silent']).default('pending-card'),
  drugRules: drugRulesSchema,
  overrides: overridesSchema,
  /** How reports get into the record, and whether without anyone asking. */
  writeBack: writeBackSchema.prefault({}),
});
const tenantSchema = tenantFields
  .refine(({ fhirServer, allowHttp }) => allowHttp || !crossesNetworkInClear(fhirServer), {
    path: ['fhirServer'],
    message: IN_CLEAR,
  })
  .refine(
    ({ clients, allowHttp }) => allowHttp || !clients.some(({ jwksUrl = '' }) => crossesNetworkInClear(jwksUrl)),
    { path: ['clients'], message: `jwksUrl: ${IN_CLEAR}` },
  )
  .refine(({ backendServices, allowHttp }) => allowHttp || !crossesNetworkInClear(backendServices?.tokenUrl ?? ''), {
    path: ['backendServices', 'tokenUrl'],
    message: IN_CLEAR,
  })
  .refine(({ authentication, clients }) => (authentication === 'none') === (clients.length === 0), {
    path: ['clients'],
    message: 'list who may call (issuer and jwksUrl of the EHR), or set authentication to "none" to let anybody call',
  });
export type Tenant = z.infer<typeof tenantSchema>;

const configSchema = z.strictObject({
  host: z.string().min(1).default('127.0.0.1'),
  port: z.int().min(0).max(65_535).default(8080),
  tenants: z.array(tenantSchema).max(1_000).default([]),
  /**
   * The address by which others reach this service: EHRs name it in the `aud` of their JWTs, FHIR servers notify it.
   * Never taken from a request, whose sender chooses it.
   */
  publicUrl: z
    .url({ protocol: /^https?$/ })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  /** Files of private JWKs that Cardhook signs with in its own name; the first is used, all are published. */
  signingKeys: z.array(z.string().min(1)).max(20).default([]),
  /** Files of public JWKs whose signature a calibration needs to be used. */
  calibrationKeys: z.array(z.string().min(1)).max(20).default([]),
  /** Whether discovery, too, is for the tenants' clients only. */
  authenticateDiscovery: z.boolean().default(false),
  /** Browser origins that may call the service; none by default. */
  corsOrigins: z.array(z.url({ protocol: /^https?$/ }).transform((url) => new URL(url).origin)).default([]),
  /** Whether a `hookInstance` that is no UUID is taken. */
  acceptAnyHookInstance: z.boolean().default(false),
  /** Greatest hook request body. */
  maxBodyBytes: z.int().min(1_000).max(67_108_864).default(33_554_432),
  models: z
    .strictObject({
      /** `models/` of the project unless given. */
      directory: z.string().min(1).optional(),
      twelveLead: z.string().default('ecgfounder-12-lead'),
      /** For ECGs without twelve leads; none: those are not interpreted. */
      singleLead: z.string().optional(),
    })
    .prefault({}),
  inference: z
    .strictObject({
      executionProvider: z.enum(['auto', 'cuda', 'webgpu', 'cpu']).default('auto'),
      /** Worker threads; one per core unless given. */
      workers: z.int().min(1).max(256).optional(),
    })
    .prefault({}),
  jobs: z
    .strictObject({
      /** ECGs that one process interprets and writes back at a time. */
      concurrency: z.int().min(1).max(8).default(4),
      /** ECGs under way for one tenant, over all replicas: what its FHIR server has to bear. */
      perTenant: z.int().min(1).max(64).default(4),
    })
    .prefault({}),
  /** How long it is remembered what a card was about, so that feedback on it can be traced. */
  cardRetentionDays: z.int().min(1).max(3_650).default(365),
  /** Where the embedded database lies, where no DATABASE_URL names a PostgreSQL. */
  databaseDirectory: z.string().min(1).default('cardhook-database'),
  logLevel: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
});
export type Config = z.infer<typeof configSchema>;

/**
 * Checks a configuration (the content of the file that `cardhook serve --config FILE` names).
 * @throws EcgError CONFIG_INVALID naming all faults at once.
 */
export function parseConfig(json: unknown): Config {
  const result = configSchema.safeParse(json);
  if (!result.success) throw new EcgError('CONFIG_INVALID', `configuration:\n${z.prettifyError(result.error)}`);
  const { tenants, publicUrl } = result.data;
  const notified = tenants.find(isNotified);
  if (notified && publicUrl === undefined) {
    throw new EcgError(
      'CONFIG_INVALID',
      `configuration: tenant ${notified.name} is to be notified, which needs publicUrl: the address of this service`,
    );
  }
  const calibrated = tenants.find(({ calibrations }) => calibrations.length > 0);
  if (calibrated && result.data.calibrationKeys.length === 0) {
    throw new EcgError(
      'CONFIG_INVALID',
      `configuration: the calibrations of tenant ${calibrated.name} need calibrationKeys, whose signature they carry`,
    );
  }
  const launched = tenants.find(({ smartApp }) => smartApp !== undefined);
  if (launched && publicUrl === undefined) {
    throw new EcgError(
      'CONFIG_INVALID',
      `configuration: the smartApp of tenant ${launched.name} needs publicUrl: the address that the EHR sends browsers back to`,
    );
  }
  const repeated = tenants.find(
    ({ name, fhirServer }, index) =>
      tenants.findIndex((other) => other.name === name || sameBase(other.fhirServer, fhirServer)) !== index,
  );
  if (repeated) throw new EcgError('CONFIG_INVALID', `configuration: tenant ${repeated.name} is given twice`);
  const clients = tenants.flatMap((tenant) => tenant.clients);
  if (clients.length > 0 && publicUrl === undefined) {
    throw new EcgError(
      'CONFIG_INVALID',
      'configuration: publicUrl is missing: the https address at which EHRs call Cardhook, which their tokens name as audience',
    );
  }
  const confusable = clients.find((client, index) =>
    clients.slice(0, index).some((other) => areConfusable(client, other)),
  );
  if (confusable) {
    throw new EcgError(
      'CONFIG_INVALID',
      `configuration: issuer ${confusable.issuer} is given twice; tell its clients apart by tenant or subject`,
    );
  }
  return result.data;
}

/** The tenant whose FHIR base is exactly `fhirServer` (a trailing slash aside), if any. */
export function tenantOf(config: Config, fhirServer: string): Tenant | undefined {
  return config.tenants.find((tenant) => sameBase(tenant.fhirServer, fhirServer));
}

/** Within what time a hook of a tenant is answered; where no tenant is named, within the shortest of all. */
export function budgetOf({ tenants }: Config, tenant: Tenant | undefined): number {
  const budgets = tenants.map(({ hookBudgetMs }) => hookBudgetMs);
  return tenant?.hookBudgetMs ?? (budgets.length > 0 ? Math.min(...budgets) : DEFAULT_BUDGET_MS);
}

/** The SNOMED CT codes a tenant may use; where no tenant is named, those that all of them may. */
export function editionOf({ tenants }: Config, tenant: Tenant | undefined): Tenant['snomedEdition'] {
  return tenant?.snomedEdition ?? (tenants.some(({ snomedEdition }) => snomedEdition === 'gps') ? 'gps' : 'all');
}

/** Whether a tenant gets reports without anyone asking. */
export function isWrittenBack({ writeBack }: Tenant): boolean {
  return writeBack.trigger !== 'none';
}

/** Whether a tenant's FHIR server tells of new ECGs by itself. */
export function isNotified({ writeBack }: Tenant): boolean {
  return writeBack.trigger === 'subscription' || writeBack.trigger === 'topic';
}

function sameBase(a: string, b: string): boolean {
  return normalised(a) === normalised(b);
}

function normalised(url: string): string {
  return URL.canParse(url) ? new URL(url).href.replace(/\/+$/, '') : url;
}
