// Lists the declarations of the Go files under a folder as JSON lines: path, byte offset, name, kind.
package main

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
)

var out = json.NewEncoder(os.Stdout)

func main() {
	root := os.Args[1]
	filepath.Walk(root, func(path string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() && strings.HasSuffix(path, ".go") && !strings.Contains(path, "/vendor/") {
			fset := token.NewFileSet()
			if file, err := parser.ParseFile(fset, path, nil, 0); err == nil {
				relative, _ := filepath.Rel(root, path)
				list(fset, filepath.ToSlash(relative), file)
			}
		}
		return nil
	})
}

func list(fset *token.FileSet, path string, file *ast.File) {
	say := func(name *ast.Ident, kind string) {
		if name != nil && name.Name != "_" {
			out.Encode([]interface{}{path, fset.Position(name.Pos()).Offset, name.Name, kind})
		}
	}
	fields := func(list *ast.FieldList, kind string) {
		if list != nil {
			for _, field := range list.List {
				for _, name := range field.Names {
					say(name, kind)
				}
			}
		}
	}
	for _, decl := range file.Decls {
		if general, ok := decl.(*ast.GenDecl); ok {
			for _, spec := range general.Specs {
				if value, ok := spec.(*ast.ValueSpec); ok {
					for _, name := range value.Names {
						say(name, "variable")
					}
				}
			}
		}
	}
	ast.Inspect(file, func(node ast.Node) bool {
		switch one := node.(type) {
		case *ast.FuncDecl:
			kind := "function"
			if one.Recv != nil {
				kind = "method"
				fields(one.Recv, "parameter")
			}
			say(one.Name, kind)
		case *ast.FuncType:
			fields(one.Params, "parameter")
		case *ast.TypeSpec:
			say(one.Name, "type")
		case *ast.StructType:
			fields(one.Fields, "field")
		case *ast.InterfaceType:
			fields(one.Methods, "method")
		case *ast.AssignStmt:
			if one.Tok == token.DEFINE {
				for _, left := range one.Lhs {
					if name, ok := left.(*ast.Ident); ok && name.Obj != nil && name.Obj.Pos() == name.Pos() {
						say(name, "local")
					}
				}
			}
		}
		return true
	})
}
