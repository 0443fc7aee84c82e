import type { EcgDevice } from '../../ecg/ecg.ts';
import { attributeOf, childAt, textOf, type XmlElement } from './xml-element.ts';

/** The device that authored a series (manufacturedSeriesDevice, or manufacturedDevice as some exporters have it). */
export function readDevice(series: XmlElement): EcgDevice | undefined {
  const author = childAt(series, 'author', 'seriesAuthor') ?? childAt(series, 'author', 'manufacturedProduct');
  const device = childAt(author, 'manufacturedSeriesDevice') ?? childAt(author, 'manufacturedDevice');
  const stated = {
    manufacturer: textOf(childAt(author, 'manufacturerOrganization', 'name')),
    model: textOf(childAt(device, 'manufacturerModelName')),
    serialNumber: textOf(childAt(device, 'SerialNumber')) ?? attributeOf(childAt(device, 'id'), 'extension'),
    software: textOf(childAt(device, 'softwareName')),
  };
  const known = Object.entries(stated).filter(([, value]) => value !== undefined);
  return known.length === 0 ? undefined : Object.fromEntries(known);
}
