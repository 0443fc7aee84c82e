import type { Device } from 'fhir/r4';
import type { Manifest } from '../model/manifest.ts';
import { thresholdSummary } from '../model/site-calibration.ts';
import { SYSTEMS } from './identity.ts';
import { AI_DEVICE_TYPE } from './report-codes.ts';
import { modelKey } from './report-input.ts';

/**
 * The network that made an interpretation, shared by all its reports: name, version and weights make it one Device.
 * Shaped as AIDevice of HL7 AI Transparency on FHIR (type `Artificial-Intelligence`).
 */
export function modelDevice(manifest: Manifest): Device {
  const { name, version, title, trust, onnx, notice, licence } = manifest;
  return {
    resourceType: 'Device',
    identifier: [{ system: SYSTEMS.model, value: modelKey(manifest) }],
    status: 'active',
    deviceName: [
      { name: title, type: 'user-friendly-name' },
      { name, type: 'model-name' },
    ],
    type: { coding: [AI_DEVICE_TYPE] },
    version: [{ type: { text: 'model' }, value: version }],
    // Where its model card is: the address R4 has for a device on the network, as AI Transparency on FHIR uses it.
    ...(manifest.pages === undefined ? {} : { url: manifest.pages.model }),
    property: [property('trust', trust), property('thresholds', thresholdSummary(manifest))],
    note: [
      ...(notice === undefined ? [] : [{ text: notice }]),
      ...(manifest.pages === undefined ? [] : [{ text: `Intended use and limits: ${manifest.pages.intendedUse}` }]),
      { text: `Weights: ONNX, SHA-256 ${onnx.sha256}. Licence: ${licence}.` },
    ],
  };
}

function property(name: string, value: string): NonNullable<Device['property']>[number] {
  return { type: { text: name }, valueCode: [{ text: value }] };
}
