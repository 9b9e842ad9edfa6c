package model

import (
	"encoding/hex"
	"fmt"
	"math/bits"
	"time"
)

// What is drawn; part of every key, so that no two draws share one.
const (
	drawStart uint64 = iota + 1
	drawHealth
	drawPublication
	drawCheck
	drawTask
	drawAddress
	drawAlarmSecond
	drawDeployment
	drawEvent
	drawActivity
	drawTarget
	drawPolicy
	drawCreatedBy
	drawAlarmHigh
	drawAlarmLow
	drawScheduled
	drawProvisioning
	drawStop
	drawStillborn
	drawCrash
	drawLife
	drawKill
	drawArrival
	drawRefusal
	drawListed
	drawStartUp
	drawStrike
	drawLost
	drawDisorder
	drawNode
)

// mix is a step of a 64-bit finaliser: every bit of x reaches every bit out.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x ^= bits.RotateLeft64(x, 25) ^ bits.RotateLeft64(x, 47)
	x *= 0x9fb21c651e98df25
	x ^= x >> 28
	x *= 0x9fb21c651e98df25
	return x ^ x>>28
}

// draw is the number that belongs to a key. It does not depend on what was
// drawn before it.
func (w *World) draw(what, entity, index uint64) uint64 {
	return mix(mix(mix(mix(w.cfg.Seed)^what)^entity) ^ index)
}

// spread draws a delay in nanoseconds, a whole number of milliseconds above
// the least.
func (w *World) spread(s Spread, what, entity, index uint64) int64 {
	if s.Max <= s.Min {
		return int64(s.Min)
	}
	steps := uint64((s.Max-s.Min)/time.Millisecond) + 1
	return int64(s.Min) + int64(w.draw(what, entity, index)%steps)*int64(time.Millisecond)
}

// key makes an entity of a name.
func key(name string) uint64 {
	h := uint64(0xcbf29ce484222325)
	for i := 0; i < len(name); i++ {
		h = (h ^ uint64(name[i])) * 0x100000001b3
	}
	return h
}

// uuid draws the uuid of one of a service's things, version 4 in form.
func (w *World) uuid(what uint64, s *service, index int) string {
	b := w.bytes(what, s.key, uint64(index))
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:16])
}

func (w *World) bytes(what, entity, index uint64) (b [16]byte) {
	for i := range uint64(2) {
		x := w.draw(what, entity, index<<1|i)
		for j := range 8 {
			b[int(i)*8+j] = byte(x >> (8 * j))
		}
	}
	return b
}

// taskID is the id of a service's n-th task: 32 hexadecimal digits.
func (w *World) taskID(s *service, n int) string {
	b := w.bytes(drawTask, s.key, uint64(n))
	return hex.EncodeToString(b[:])
}
