package parse

// page is one physical page as an engine read it, before anyone asked what
// the lines mean.
type page struct {
	Number int     // physical, from 1
	Width  float64 // points
	Height float64 // points
	Lines  []line  // in the order of the file's content stream
	Images int     // image objects on the page
	Err    string  // why the page could not be read, if it could not
}

// line is one line of text. Coordinates are points from the upper left
// corner of the page; they are zero where the format has none.
type line struct {
	Text           string // as printed; a tab stands where a wide gap separates columns of a table
	X0, Y0, X1, Y1 float64
	Size           float64 // font size in points of the first character
}
