// Judges histories of one key, one JSON array of operations a line, with Porcupine, and writes true or false for each.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"github.com/anishathalye/porcupine"
)

type operation struct {
	Client   int     `json:"client"`
	T        float64 `json:"t"`
	End      float64 `json:"end"`
	Kind     string  `json:"kind"`
	Revision int     `json:"revision"`
	// -1: unconditional.
	Expected int `json:"expected"`
}

// The revision of the last known write, and how many writes of unknown revisions came after it.
type state struct {
	revision int
	unseen   int
}

var model = porcupine.NondeterministicModel{
	Init: func() []interface{} { return []interface{}{state{}} },
	Step: func(s, input, _ interface{}) []interface{} {
		now, op := s.(state), input.(operation)
		at := func(revision int) bool { return now.unseen == 0 && now.revision == revision }
		possible, next := false, now
		switch op.Kind {
		case "write":
			possible = op.Revision > now.revision+now.unseen && (op.Expected < 0 || at(op.Expected))
			next = state{revision: op.Revision}
		case "read":
			possible = at(op.Revision)
		case "refused":
			possible = !at(op.Expected)
		case "unseen":
			if op.Expected >= 0 && !at(op.Expected) {
				return []interface{}{now}
			}
			return []interface{}{now, state{now.revision, now.unseen + 1}}
		}
		if !possible {
			return nil
		}
		return []interface{}{next}
	},
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var history []operation
		if err := json.Unmarshal(lines.Bytes(), &history); err != nil {
			panic(err)
		}
		operations := make([]porcupine.Operation, len(history))
		for i, op := range history {
			operations[i] = porcupine.Operation{
				// Each by itself: one without an answer goes on when its client does.
				ClientId: i, Input: op, Call: int64(op.T), Return: int64(op.End),
			}
		}
		fmt.Println(porcupine.CheckOperations(model.ToModel(), operations))
	}
}
