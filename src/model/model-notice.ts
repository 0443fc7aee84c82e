import type { Manifest, ModelTrust } from './manifest.ts';

const DEFAULT_NOTICES: Partial<Record<ModelTrust, string>> = {
  untrained: 'The model is untrained: its findings mean nothing.',
  'stand-in': 'The model is a stand-in for demonstration and not for clinical use.',
};

/** What must stand on everything a model says: its own notice, or that of its trust; nothing for one that is meant for care. */
export function modelNotice({ notice, trust }: Manifest): string | undefined {
  return notice ?? DEFAULT_NOTICES[trust];
}
