package scenario

import (
	"errors"
	"fmt"
	"strings"

	yaml "go.yaml.in/yaml/v4"
)

// This file alone knows the YAML library, which is young. It is asked for a
// tree of nodes and nothing else: decoding them ourselves gives every fault
// its place and its suggestion, in one pass, and one set of rules that the
// JSON Schema shares.

type nodeKind int

const (
	scalarNode nodeKind = iota
	mappingNode
	sequenceNode
)

// node is one value of a YAML document.
type node struct {
	kind  nodeKind
	tag   string // of a scalar, resolved: !!str, !!int, !!float, !!bool, !!null
	text  string // of a scalar
	pos   Pos
	keys  []*node // of a mapping
	items []*node // of a mapping, its values; of a sequence, its items
}

// mostNodes bounds what aliases may unfold to.
const mostNodes = 100_000

// parse reads one YAML document.
func parse(file string, data []byte) (*node, Faults) {
	var root yaml.Node
	if err := yaml.Load(data, &root); err != nil {
		return nil, Faults{syntaxFault(file, err)}
	}
	c := converter{file: file, left: mostNodes, open: map[*yaml.Node]bool{}}
	n := c.node(&root)
	if c.fault != nil {
		return nil, Faults{*c.fault}
	}
	return n, nil
}

func syntaxFault(file string, err error) Fault {
	var le *yaml.LoadError
	if !errors.As(err, &le) {
		return Fault{File: file, Msg: "YAML: " + err.Error()}
	}
	msg := strings.TrimPrefix(le.Message, "yaml: ")
	switch {
	case strings.Contains(msg, "no documents"):
		return Fault{File: file, Line: 1, Col: 1, Msg: "the file is empty"}
	case strings.Contains(msg, "found multiple"):
		return Fault{File: file, Line: 1, Col: 1, Msg: "the file holds several documents; one is read (remove the --- between them)"}
	}
	if le.ContextMsg != "" {
		msg += " (" + le.ContextMsg
		if from := le.ContextMark.Line; from > 0 && from != le.Mark.Line {
			msg += fmt.Sprintf(" that begins in line %d", from)
		}
		msg += ")"
	}
	f := Fault{File: file, Line: le.Mark.Line, Col: le.Mark.Column, Msg: "YAML: " + msg}
	if f.Line < 1 {
		f.Line, f.Col = 1, 1
	}
	return f
}

// converter turns the library's nodes into ours, aliases unfolded.
type converter struct {
	file  string
	left  int
	open  map[*yaml.Node]bool // anchors being unfolded
	fault *Fault
}

func (c *converter) stop(n *yaml.Node, msg string) *node {
	if c.fault == nil {
		c.fault = &Fault{File: c.file, Line: n.Line, Col: n.Column, Msg: msg}
	}
	return &node{tag: "!!null"}
}

func (c *converter) node(n *yaml.Node) *node {
	if c.left--; c.left < 0 {
		return c.stop(n, "the file unfolds to more than 100,000 values")
	}
	switch n.Kind {
	case yaml.DocumentNode:
		if len(n.Content) == 1 {
			return c.node(n.Content[0])
		}
	case yaml.AliasNode:
		if n.Alias == nil || c.open[n.Alias] {
			return c.stop(n, "the alias *"+n.Value+" contains itself")
		}
		return c.node(n.Alias)
	case yaml.ScalarNode:
		return &node{tag: n.ShortTag(), text: n.Value, pos: c.pos(n)}
	case yaml.SequenceNode, yaml.MappingNode:
		c.open[n] = true
		defer delete(c.open, n)
		return c.collection(n)
	}
	return c.stop(n, "the file holds no value")
}

func (c *converter) collection(n *yaml.Node) *node {
	out := &node{kind: sequenceNode, pos: c.pos(n)}
	if n.Kind == yaml.MappingNode {
		out.kind = mappingNode
	}
	for i, item := range n.Content {
		if c.fault != nil {
			break
		}
		child := c.node(item)
		if out.kind == mappingNode && i%2 == 0 {
			out.keys = append(out.keys, child)
		} else {
			out.items = append(out.items, child)
		}
	}
	return out
}

func (c *converter) pos(n *yaml.Node) Pos { return Pos{File: c.file, Line: n.Line, Col: n.Column} }
