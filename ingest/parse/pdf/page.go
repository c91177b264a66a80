package pdf

// Page is one physical page as an engine read it, before anyone asked what
// the lines mean.
type Page struct {
	Number int     // physical, from 1
	Width  float64 // points
	Height float64 // points
	Lines  []Line  // in the order of the file's content stream
	Images int     // image objects on the page
	Err    string  // why the page could not be read, if it could not
}

// Line is one line of text. Coordinates are points from the upper left
// corner of the page; they are zero where the format has none.
type Line struct {
	Text           string // as printed; a tab stands where a wide gap separates columns of a table
	X0, Y0, X1, Y1 float64
	Size           float64 // font size in points of the first character
	Aslant         bool    // runs up or down
	Bold           bool    // the first character's font is named as a bold one
	Hidden         bool    // no reader of the page can see it
	Row            bool    // of a table, whether it has tabs or not

	Words [][2]float64 // from where to where each word reaches that blanks and tabs separate; nil when unknown
	Cells [][2]float64 // from where to where each part reaches that tabs separate; nil without tabs
}

// Parts is from where to where each part of the line reaches.
func (l *Line) Parts() [][2]float64 {
	if l.Cells == nil {
		return [][2]float64{{l.X0, l.X1}}
	}
	return l.Cells
}
