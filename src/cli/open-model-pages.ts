import type { Router } from 'express';
import { createModelPages, modelPagesOf } from '../edges/model-pages/model-pages.ts';
import type { Models } from '../interpret-ecg.ts';
import type { Model } from '../model/model.ts';

/** The networks, saying where their pages are. */
export function withPages({ twelveLead, singleLead }: Models, publicUrl: string | undefined): Models {
  const shown = (model: Model | undefined): Model | undefined => {
    const pages = model && modelPagesOf(model.manifest.name, publicUrl);
    return model === undefined || pages === undefined ? model : { ...model, manifest: { ...model.manifest, pages } };
  };
  return { twelveLead: shown(twelveLead), singleLead: shown(singleLead) };
}

/** Their pages, and those of what sites have made of them. */
export async function openModelPages(
  models: Models,
  publicUrl: string | undefined,
  directory: string,
): Promise<Router> {
  const all = [models, ...(models.byTenant?.values() ?? [])].flatMap(({ twelveLead, singleLead }) => [
    twelveLead,
    singleLead,
  ]);
  const manifests = new Set(all.flatMap((model) => model?.manifest ?? []));
  const root = publicUrl === undefined ? '' : new URL(publicUrl).pathname.replace(/\/$/, '');
  return await createModelPages({ directory, manifests: [...manifests], root });
}
