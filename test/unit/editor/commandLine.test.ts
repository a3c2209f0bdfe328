import assert from 'node:assert/strict';
import { trainingCommand } from '../../../src/editor/commandLine';

describe('trainingCommand', () => {
  const scripts: Readonly<Record<string, string>> = {
    'python train.py': 'train.py',
    'python3 -u src/train.py --epochs 5': 'src/train.py',
    'python3.11 -W ignore train.py': 'train.py',
    'C:\\Python\\python.exe "my train.py"': 'my train.py',
    'CUDA_VISIBLE_DEVICES=0 nohup python train.py > train.log 2>&1 &': 'train.py',
    'cd project && python train.py': 'project/train.py',
    'cd /data/project; cd src && python ../train.py': '/data/project/src/../train.py',
    'cd project && python /data/train.py': '/data/train.py',
    'python train.py | tee train.log': 'train.py',
    'uv run train.py': 'train.py',
    'uv run --with keras python train.py': 'train.py',
    'conda run -n tf python train.py': 'train.py',
    'accelerate launch --num_processes 2 train.py': 'train.py',
    'python -m project.train': 'project/train.py',
    './train.py --fast': './train.py',
    'ipython train.py': 'train.py',
    'time python a\\ b.py': 'a b.py',
  };
  for (const [command, script] of Object.entries(scripts)) {
    it(command, () => assert.deepEqual(trainingCommand(command), { script }));
  }

  for (const command of ['python', 'jupyter nbconvert --execute a.ipynb', 'python -c "import keras"']) {
    it(`${command}: no script`, () => assert.deepEqual(trainingCommand(command), {}));
  }

  for (const command of ['', 'ls *.py', 'git commit -m "python train.py"', 'vim train.py', 'echo python train.py', 'uv sync', 'pythonista x.py']) {
    it(`is no training: ${command}`, () => assert.equal(trainingCommand(command), undefined));
  }
});
