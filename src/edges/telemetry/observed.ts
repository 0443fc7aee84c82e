import type { FhirServer } from '../../fhir/fhir-server.ts';
import type { Models } from '../../interpret-ecg.ts';
import type { Model } from '../../model/model.ts';
import type { Telemetry } from './telemetry.ts';

/** A FHIR server whose every request is timed and traced. */
export function observedFhirServer(server: FhirServer, tenant: string, telemetry: Telemetry): FhirServer {
  const timed = async <T>(interaction: string, work: () => Promise<T>) =>
    await telemetry.stage('fhir', { tenant, interaction }, work);
  return {
    baseUrl: server.baseUrl,
    read: (type, id) => timed('read', () => server.read(type, id)),
    query: (query, limits) => timed('search', () => server.query(query, limits)),
    readBinary: (url) => timed('binary', () => server.readBinary(url)),
    transaction: (bundle) => timed('transaction', () => server.transaction(bundle)),
    create: (resource, ifNoneExist) => timed('create', () => server.create(resource, ifNoneExist)),
    update: (resource, versionId) => timed('update', () => server.update(resource, versionId)),
    capabilityStatement: () => timed('metadata', () => server.capabilityStatement()),
  };
}

/** Networks whose every run is timed and traced. */
export function observedModels({ twelveLead, singleLead }: Models, telemetry: Telemetry): Models {
  return {
    twelveLead: twelveLead && observedModel(twelveLead, telemetry),
    singleLead: singleLead && observedModel(singleLead, telemetry),
  };
}

function observedModel(model: Model, telemetry: Telemetry): Model {
  const { name, version } = model.manifest;
  return {
    manifest: model.manifest,
    run: (input) => telemetry.stage('model', { model: `${name}@${version}` }, () => model.run(input)),
    close: () => model.close(),
  };
}
