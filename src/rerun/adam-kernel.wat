;; One step of Adam on float32 numbers, four at a time. Memory holds four blocks of $bytes bytes, a multiple of 16:
;; the weights, their gradient, its running mean and the running mean of its square. All but the gradient are changed.
;; Operation by operation as in optimizers.ts, so that the numbers are the same. Assemble with `npm run kernels`.
(module
  (memory (export "memory") 1)
  (func (export "step")
    (param $bytes i32) (param $new1 f32) (param $new2 f32) (param $alpha f32) (param $epsilon f32) (param $settled f32)
    (local $weight i32) (local $mean i32) (local $square i32)
    (local $g v128) (local $m v128) (local $v v128)
    (local.set $mean (i32.mul (local.get $bytes) (i32.const 2)))
    (local.set $square (i32.mul (local.get $bytes) (i32.const 3)))
    (loop $next
      (local.set $g (v128.load (i32.add (local.get $weight) (local.get $bytes))))
      (local.set $m (v128.load (local.get $mean)))
      (local.set $v (v128.load (local.get $square)))
      ;; m + (g - m) · new1
      (local.set $m (f32x4.add (local.get $m)
        (f32x4.mul (f32x4.sub (local.get $g) (local.get $m)) (f32x4.splat (local.get $new1)))))
      ;; Zero where it has settled; NaN stays.
      (local.set $m (v128.andnot (local.get $m) (f32x4.lt (f32x4.abs (local.get $m)) (f32x4.splat (local.get $settled)))))
      ;; v + (g² - v) · new2
      (local.set $v (f32x4.add (local.get $v)
        (f32x4.mul (f32x4.sub (f32x4.mul (local.get $g) (local.get $g)) (local.get $v)) (f32x4.splat (local.get $new2)))))
      (v128.store (local.get $mean) (local.get $m))
      (v128.store (local.get $square) (local.get $v))
      ;; w - m · alpha / (√v + epsilon)
      (v128.store (local.get $weight) (f32x4.sub (v128.load (local.get $weight))
        (f32x4.div (f32x4.mul (local.get $m) (f32x4.splat (local.get $alpha)))
          (f32x4.add (f32x4.sqrt (local.get $v)) (f32x4.splat (local.get $epsilon))))))
      (local.set $mean (i32.add (local.get $mean) (i32.const 16)))
      (local.set $square (i32.add (local.get $square) (i32.const 16)))
      (br_if $next (i32.lt_u
        (local.tee $weight (i32.add (local.get $weight) (i32.const 16)))
        (local.get $bytes))))))
