export { type BuildOptions, type BuiltImage, buildImage } from './build-image.ts';
export type { ImageConfig } from './image-config.ts';
export { ImageError } from './image-error.ts';
export { type UploadOptions, uploadImage } from './upload-image.ts';
