declare const brand: unique symbol;

/** A `T` that only the one place that checks it can make; elsewhere it is passed on. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
