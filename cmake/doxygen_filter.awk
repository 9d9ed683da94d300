# Shows Doxygen the comments of the headers, which are plain `//` ones: those in
# front of a declaration, those behind one, and their indented examples.

NR == 1 { print "/// @file"; }

# A comment on lines of its own.
/^ *\/\// {
  match($0, /^ */)
  indent = substr($0, 1, RLENGTH)
  text = substr($0, RLENGTH + 3)
  is_example = text ~ /^   /
  if (is_example != in_example) print indent "///"
  in_example = is_example
  print indent "///" (is_example ? "    " : "") text
  next
}

# A comment behind code. Members are documented, closing braces are not.
/[;,] +\/\/ / && !/^}/ { sub(/ \/\/ /, " ///< ") }

{ in_example = 0; print }
