// A picture from the camera, made small on the device: drawn anew, so that nothing of what a camera writes
// into its files (the place, the device) leaves it.

export const LONGEST_PX = 1600 // as geo/photos.py
const QUALITY = 0.82

/** Width and height within `longest`, in the same proportion; never larger than it is. */
export function fitted(width, height, longest = LONGEST_PX) {
  const scale = Math.min(1, longest / Math.max(width, height))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

/**
 * A JPEG Blob of a picture's file, turned as the camera was held. Throws a RangeError when the browser
 * cannot read the picture: then the page says so and nothing is kept.
 */
export async function developed(file) {
  let picture
  try {
    picture = await createImageBitmap(file, { imageOrientation: 'from-image' })
  } catch (cause) {
    throw new RangeError('not a picture', { cause })
  }
  try {
    const size = fitted(picture.width, picture.height)
    return await drawn(picture, size)
  } finally {
    picture.close()
  }
}

async function drawn(picture, { width, height }) {
  const canvas = Object.assign(document.createElement('canvas'), { width, height })
  const pen = canvas.getContext('2d')
  pen.fillStyle = '#fff' // a picture with see-through parts lies on paper
  pen.fillRect(0, 0, width, height)
  pen.imageSmoothingQuality = 'high'
  pen.drawImage(picture, 0, 0, width, height)
  const blob = await new Promise((keep) => { canvas.toBlob(keep, 'image/jpeg', QUALITY) })
  if (!blob) throw new RangeError('not drawn')
  return blob
}
