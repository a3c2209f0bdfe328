/** EfficientNet B0 to B7 (keras/src/applications/efficientnet.py). */
import type { Net } from './net';
import { divisible } from './mobilenet';

const initializer = (scale: number, distribution: string): { class_name: string; config: { scale: number; mode: string; distribution: string } } =>
  ({ class_name: 'VarianceScaling', config: { scale, mode: 'fan_out', distribution } });
const drawn = { kernel_initializer: initializer(2, 'truncated_normal') };
const plain = { padding: 'same', use_bias: false, ...drawn };

/** Window, repeats, channels behind, how much wider inside, and stride of each stack of blocks. */
const stacks = [[3, 1, 16, 1, 1], [3, 2, 24, 6, 2], [5, 2, 40, 6, 2], [3, 3, 80, 6, 2], [5, 3, 112, 6, 1], [5, 4, 192, 6, 2], [3, 1, 320, 6, 1]] as const;
/** Chance to leave out a block, at the end of the model. */
const dropConnect = 0.2;

/** Of the pictures that the published weights were trained on. */
const [mean, deviation] = [[0.485, 0.456, 0.406], [0.229, 0.224, 0.225]];

/** @param width by how much the model has more channels than B0, `depth` more blocks. */
export function efficientnet(width: number, depth: number, dropout: number): (net: Net) => number {
  return (net) => {
    const { includeTop, pretrained } = net.options;
    const wide = (filters: number): number => divisible(filters * width);
    const swish = (x: number, name: string): number => net.add('Activation', { activation: 'silu' }, x, name);
    const repeats = stacks.map(([, count]) => Math.ceil(depth * count));
    const count = repeats.reduce((sum, each) => sum + each, 0);
    let x = net.add('Rescaling', { scale: 1 / 255 }, 0);
    x = net.add('Normalization', { axis: 3, mean: pretrained ? mean : 0, variance: pretrained ? deviation : 1 }, x);
    if (pretrained) x = net.add('Rescaling', { scale: deviation.map((each) => 1 / Math.sqrt(each)) }, x);
    x = net.conv(net.padBeforeStride(x, 3, 'stem_conv_pad'), wide(32), 3, 'stem_conv', { ...plain, strides: 2, padding: 'valid' });
    x = swish(net.norm(x, 'stem_bn'), 'stem_activation');
    let block = 0;
    stacks.forEach(([kernel, , filters, expansion, firstStride], stack) => {
      for (let repeat = 0; repeat < repeats[stack]!; repeat++, block++) {
        const name = `block${stack + 1}${String.fromCharCode(97 + repeat)}_`;
        const [start, stride, before] = [x, repeat === 0 ? firstStride : 1, net.channels(x)];
        const inner = before * expansion;
        if (expansion > 1) x = swish(net.norm(net.conv(x, inner, 1, `${name}expand_conv`, plain), `${name}expand_bn`), `${name}expand_activation`);
        if (stride === 2) x = net.padBeforeStride(x, kernel, `${name}dwconv_pad`);
        const depthwise = { kernel_size: kernel, strides: stride, padding: stride === 2 ? 'valid' : 'same', use_bias: false, depthwise_initializer: drawn.kernel_initializer };
        x = swish(net.norm(net.add('DepthwiseConv2D', depthwise, x, `${name}dwconv`), `${name}bn`), `${name}activation`);
        let share = net.add('Reshape', { target_shape: [1, 1, inner] }, net.add('GlobalAveragePooling2D', {}, x, `${name}se_squeeze`), `${name}se_reshape`);
        share = net.conv(share, Math.max(1, Math.trunc(before / 4)), 1, `${name}se_reduce`, { padding: 'same', activation: 'silu', ...drawn });
        share = net.conv(share, inner, 1, `${name}se_expand`, { padding: 'same', activation: 'sigmoid', ...drawn });
        x = net.add('Multiply', {}, [x, share], `${name}se_excite`);
        x = net.norm(net.conv(x, wide(filters), 1, `${name}project_conv`, plain), `${name}project_bn`);
        if (stride > 1 || before !== wide(filters)) continue;
        const rate = (dropConnect * block) / count;
        if (rate > 0) x = net.add('Dropout', { rate, noise_shape: [null, 1, 1, 1] }, x, `${name}drop`);
        x = net.add('Add', {}, [x, start], `${name}add`);
      }
    });
    x = swish(net.norm(net.conv(x, wide(1280), 1, 'top_conv', plain), 'top_bn'), 'top_activation');
    if (!includeTop) return net.pooled(x, { avg: 'avg_pool', max: 'max_pool' });
    x = net.add('Dropout', { rate: dropout }, net.add('GlobalAveragePooling2D', {}, x, 'avg_pool'), 'top_dropout');
    return net.classifier(x, { kernel_initializer: initializer(1 / 3, 'uniform') });
  };
}
