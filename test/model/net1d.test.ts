import { ECGFOUNDER_CONFIG, net1dBlocks, net1dShapes } from '../../src/model/net1d.ts';
import { elementCount } from '../../src/model/tensor.ts';

describe('the released ECGFounder configuration', () => {
  const shapes = net1dShapes(ECGFOUNDER_CONFIG);

  it('has 30,752,646 executed parameters', () => {
    const counts = [...shapes.values()].map(elementCount);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(30_752_646);
  });

  it('has 509 tensors together with the batch norms that are not executed', () => {
    const blockCount = net1dBlocks(ECGFOUNDER_CONFIG).length;
    expect(shapes.size + 5 * (1 + 3 * blockCount)).toBe(509);
  });

  it('has 20 blocks of which the first of each stage halves the length', () => {
    const blocks = net1dBlocks(ECGFOUNDER_CONFIG);
    expect(blocks).toHaveLength(20);
    expect(blocks.filter(({ stride }) => stride === 2).map(({ name }) => name)).toEqual(
      [0, 1, 2, 3, 4, 5, 6].map((stage) => `stage_list.${stage}.block_list.0`),
    );
    expect(blocks.filter(({ isFirst }) => isFirst)).toEqual([blocks[0]]);
    expect(blocks[6]).toMatchObject({ inChannels: 160, outChannels: 400, middleChannels: 400, groups: 25 });
  });

  it('names tensors as the official code does', () => {
    expect(shapes.get('first_conv.conv.weight')).toEqual([64, 12, 16]);
    expect(shapes.get('stage_list.3.block_list.2.conv2.conv.weight')).toEqual([400, 16, 16]);
    expect(shapes.get('stage_list.6.block_list.3.se_fc1.bias')).toEqual([512]);
    expect(shapes.get('dense.weight')).toEqual([150, 1024]);
  });
});
