import { z } from 'zod';
import medicinesJson from '../../mappings/rxnorm-medicines.json' with { type: 'json' };
import type { Concept, DraftMedication } from './draft-medications.ts';
import { type DrugEcgRule, ORDER_RULES } from './order-rules.ts';

/** `name`: the drug is known by a written name alone. */
export type Recognition = 'code' | 'name';

const medicinesSchema = z.strictObject({
  /** Codes that mean a product, or an ingredient under another code. */
  medicines: z.array(
    z.strictObject({
      code: z.string().regex(/^\d+$/),
      name: z.string().min(1),
      /** As the drug rules name them. */
      ingredients: z.array(z.string().min(1)).min(1),
      evidence: z.string().min(1),
    }),
  ),
  /** What may stand in the name of a product beside an ingredient and its strength. */
  productNames: z.strictObject({ salts: z.array(z.string()), forms: z.array(z.string()) }),
});
const { medicines: MEDICINES, productNames } = medicinesSchema.parse(medicinesJson);
const INGREDIENTS_BY_CODE = new Map(MEDICINES.map(({ code, ingredients }) => [code, ingredients]));

const RXNORM = 'http://www.nlm.nih.gov/research/umls/rxnorm';
const SNOMED = 'http://snomed.info/sct';
const ROUTE_NAMES = ['intravenous', 'oral', 'local'] as const;

/** Longest first: "extended release oral tablet" before "tablet". */
const TRAILING = new RegExp(
  ` (?:${[...productNames.salts, ...productNames.forms].sort((a, b) => b.length - a.length).join('|')})$`,
);
const STRENGTH =
  / \d+(?:[.,]\d+)? ?(?:mg|mcg|[uµμ]g|g|ml|unt|meq|mmol|%)(?:\/(?:\d+(?:\.\d+)? ?)?(?:ml|hr|h|mg|g|actuat))?$/;
/** RxNorm writes the time of release or the volume in front: "24 HR metoprolol succinate 50 MG". */
const LEADING = /^\d+(?:\.\d+)? (?:hr|ml) /;

/** More names than a medicine has, or longer ones, are not looked at. */
const MAX_NAMES = 20;
const MAX_NAME_LENGTH = 200;

/** What a draft orders, as far as rules can be held against it. */
export interface OrderedDrug {
  readonly draft: DraftMedication;
  readonly codes: ReadonlySet<string>;
  /** Of ingredients that the table knows by the code of a product. */
  readonly tabled: ReadonlySet<string>;
  /** What its names come down to without salt, strength and form. */
  readonly names: ReadonlySet<string>;
  readonly routes: ReadonlySet<RouteName>;
}
type RouteName = (typeof ROUTE_NAMES)[number];

export function toOrderedDrug(draft: DraftMedication): OrderedDrug {
  const { medicines, routes } = draft;
  const codes = medicines.flatMap(({ coding }) =>
    coding.flatMap((each) => (each.system === RXNORM ? (each.code ?? []) : [])),
  );
  const names = namesOf(medicines);
  const { local } = ORDER_RULES.routes;
  const isLocalProduct = names.some((name) => name.split(' ').some((word) => local.names.includes(word)));
  const stated = ROUTE_NAMES.filter((route) => routes.some((concept) => isRoute(concept, route)));
  return {
    draft,
    codes: new Set(codes),
    tabled: new Set(codes.flatMap((code) => INGREDIENTS_BY_CODE.get(code) ?? [])),
    names: new Set(names.flatMap(ingredientNames)),
    routes: new Set(isLocalProduct ? [...stated, 'local'] : stated),
  };
}

/**
 * Whether a draft orders the drug of a rule by a route that matters: by the RxNorm code of the ingredient or of a
 * medicine in `mappings/rxnorm-medicines.json`; by name only where it is that of the ingredient with nothing but salt,
 * strength and form, or that of a combination one of whose parts is. A rule for one route needs the order to state it;
 * eye drops and ointments are nobody's concern here.
 */
export function recogniseDrug(rule: DrugEcgRule, drug: OrderedDrug): Recognition | undefined {
  if (drug.routes.has('local') || (rule.route !== undefined && !drug.routes.has(rule.route))) return undefined;
  if ((rule.rxnorm !== undefined && drug.codes.has(rule.rxnorm)) || drug.tabled.has(rule.ingredient)) return 'code';
  return drug.names.has(rule.ingredient.toLowerCase()) ? 'name' : undefined;
}

/** "atenolol 50 MG / chlorthalidone 25 MG Oral Tablet" → atenolol, chlorthalidone. What is no such name stays as it is. */
function ingredientNames(name: string): readonly string[] {
  const withoutBrand = name.replace(/ ?\[[^\]]*\]$/, '');
  return withoutBrand.split(' / ').map((part) => {
    let rest = part.replace(LEADING, '');
    for (let before = ''; before !== rest; ) {
      before = rest;
      rest = rest.replace(TRAILING, '').replace(STRENGTH, '');
    }
    return rest;
  });
}

function isRoute(stated: Concept, route: RouteName): boolean {
  const { snomed, names } = ORDER_RULES.routes[route];
  return (
    stated.coding.some(({ system, code }) => system === SNOMED && snomed.includes(code ?? '')) ||
    namesOf([stated]).some((name) => names.includes(name))
  );
}

function namesOf(concepts: readonly Concept[]): readonly string[] {
  return concepts
    .flatMap(({ text, coding }) => [text, ...coding.map(({ display }) => display)])
    .filter((name) => name !== undefined && name.length <= MAX_NAME_LENGTH)
    .slice(0, MAX_NAMES)
    .flatMap((name) => name?.trim().replace(/\s+/g, ' ').toLowerCase() ?? []);
}
