/** Models of `keras.applications`, layer by layer. */
import type { Graph, Json, Layer } from '../script';
import type { Shape } from '../shapes';
import { densenet } from './densenet';
import { efficientnet } from './efficientnet';
import { inceptionV3 } from './inception';
import { mobilenet, mobilenetV2 } from './mobilenet';
import { Net, type Options } from './net';
import { resnet } from './resnet';
import { vgg } from './vgg';
import { xception } from './xception';

/** Puts a model together behind its input. @returns the place of its last layer. */
const models: Readonly<Record<string, (net: Net) => number>> = {
  VGG16: vgg([2, 2, 3, 3, 3]), VGG19: vgg([2, 2, 4, 4, 4]),
  ResNet50: resnet([3, 4, 6, 3], 1), ResNet101: resnet([3, 4, 23, 3], 1), ResNet152: resnet([3, 8, 36, 3], 1),
  ResNet50V2: resnet([3, 4, 6, 3], 2), ResNet101V2: resnet([3, 4, 23, 3], 2), ResNet152V2: resnet([3, 8, 36, 3], 2),
  MobileNet: mobilenet, MobileNetV2: mobilenetV2,
  DenseNet121: densenet([6, 12, 24, 16]), DenseNet169: densenet([6, 12, 32, 32]), DenseNet201: densenet([6, 12, 48, 32]),
  Xception: xception, InceptionV3: inceptionV3,
  EfficientNetB0: efficientnet(1, 1, 0.2), EfficientNetB1: efficientnet(1, 1.1, 0.2), EfficientNetB2: efficientnet(1.1, 1.2, 0.3),
  EfficientNetB3: efficientnet(1.2, 1.4, 0.3), EfficientNetB4: efficientnet(1.4, 1.8, 0.4), EfficientNetB5: efficientnet(1.6, 2.2, 0.4),
  EfficientNetB6: efficientnet(1.8, 2.6, 0.5), EfficientNetB7: efficientnet(2, 3.1, 0.5),
};

/** Arguments that say what the layers are. */
const shaping = new Set(['include_top', 'pooling', 'classes', 'classifier_activation', 'alpha', 'depth_multiplier', 'dropout']);
/** Arguments that say nothing of the layers. */
const besides = new Set(['trainable', 'training', 'name', 'weights', 'until']);

/** A picture of any size, in colour. */
export const anyPicture: Shape = [-1, -1, 3];

/**
 * The layers of a model of `keras.applications`, in Keras' order, the input first.
 * @param input shape of a picture, as far as it is known.
 * @returns undefined for a model that is not known here, or where an argument could not be read.
 */
export function applicationOf({ className, config, span }: Pick<Layer, 'className' | 'config' | 'span'>, input: Shape = anyPicture): Graph | undefined {
  const build = Object.hasOwn(models, className) ? models[className] : undefined;
  const written: Record<string, Json> = {};
  for (const [name, read] of Object.entries(config)) {
    if (read.known) written[name] = read.value;
    else if (name !== 'trainable' && name !== 'weights') return undefined;
  }
  if (!build || input.length !== 3 || Object.keys(written).some((name) => !besides.has(name) && !shaping.has(name))) return undefined;
  const number = (name: string, otherwise: number): number => (typeof written[name] === 'number' ? written[name] : otherwise);
  const { pooling } = written;
  const options: Options = {
    input,
    span,
    includeTop: written.include_top !== false && written.include_top !== 0,
    pooling: pooling === 'avg' || pooling === 'max' ? pooling : null,
    classes: number('classes', 1000),
    classifierActivation: written.classifier_activation === undefined ? 'softmax' : written.classifier_activation,
    pretrained: written.weights !== null,
    alpha: number('alpha', 1),
    depthMultiplier: number('depth_multiplier', 1),
    dropout: number('dropout', 1e-3),
  };
  const net = new Net(options);
  return net.graph(build(net));
}

/** The part of a model that a layer depends on. @param until the layer's number or name; undefined for the whole. */
export function upTo(graph: Graph, until: Json | undefined): Graph | undefined {
  const { layers } = graph;
  if (until === undefined) return graph;
  const last = typeof until === 'number' ? until : layers.findIndex(({ name }) => name === until);
  if (!layers[last]) return undefined;
  const needed = new Set<number>();
  const visit = (at: number): void => {
    needed.add(at);
    layers[at]!.inputs.forEach(visit);
  };
  visit(last);
  const kept = [...layers.keys()].filter((at) => needed.has(at));
  return { layers: kept.map((at) => ({ ...layers[at]!, inputs: layers[at]!.inputs.map((input) => kept.indexOf(input)) })), outputs: [kept.indexOf(last)] };
}
