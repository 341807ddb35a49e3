// Reads a copy of the audit log with code that is not ours: tree, tiles and proofs of golang.org/x/mod/sumdb/tlog,
// signed notes of golang.org/x/mod/sumdb/note. Only the signature's type 0x02 (ECDSA P-256), which that package lacks,
// and the entry bundles are read here.
//
//	go run . DIR VKEY-FILE
package main

import (
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

type verifier struct {
	name string
	hash uint32
	key  *ecdsa.PublicKey
}

func (v verifier) Name() string    { return v.name }
func (v verifier) KeyHash() uint32 { return v.hash }
func (v verifier) Verify(msg, sig []byte) bool {
	digest := sha256.Sum256(msg)
	return ecdsa.VerifyASN1(v.key, digest[:], sig)
}

// name+id+base64(2 || SubjectPublicKeyInfo); the id is the start of the SHA-256 of the SubjectPublicKeyInfo.
func parseKey(text string) (note.Verifier, error) {
	parts := strings.SplitN(strings.TrimSpace(text), "+", 3)
	if len(parts) != 3 {
		return nil, errors.New("not a verifier key")
	}
	raw, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(raw) < 2 || raw[0] != 2 {
		return nil, errors.New("not a verifier key of type 2")
	}
	id := sha256.Sum256(raw[1:])
	hash := binary.BigEndian.Uint32(id[:])
	if fmt.Sprintf("%08x", hash) != parts[1] {
		return nil, errors.New("the key's id is another's")
	}
	key, err := x509.ParsePKIXPublicKey(raw[1:])
	if err != nil {
		return nil, err
	}
	ec, ok := key.(*ecdsa.PublicKey)
	if !ok {
		return nil, errors.New("not an ECDSA key")
	}
	return verifier{parts[0], hash, ec}, nil
}

// A folder in the layout of C2SP tlog-tiles, which leaves the tile's height out of its path.
type folder string

func (f folder) Height() int                             { return height }
func (f folder) SaveTiles(tiles []tlog.Tile, _ [][]byte) {}
func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, t := range tiles {
		name := strings.Replace(t.Path(), fmt.Sprintf("tile/%d/", height), "tile/", 1)
		data, err := os.ReadFile(filepath.Join(string(f), name))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func (f folder) bundle(n, size int64) ([][]byte, error) {
	t := tlog.Tile{H: height, L: 0, N: n, W: 1 << height}
	if rest := size - n<<height; rest < 1<<height {
		t.W = int(rest)
	}
	name := strings.Replace(t.Path(), fmt.Sprintf("tile/%d/0/", height), "tile/entries/", 1)
	data, err := os.ReadFile(filepath.Join(string(f), name))
	if err != nil {
		return nil, err
	}
	var entries [][]byte
	for len(data) > 0 {
		if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
			return nil, fmt.Errorf("%s ends early", name)
		}
		end := 2 + int(binary.BigEndian.Uint16(data))
		entries = append(entries, data[2:end])
		data = data[end:]
	}
	return entries, nil
}

func run(dir, keyFile string) error {
	keyText, err := os.ReadFile(keyFile)
	if err != nil {
		return err
	}
	key, err := parseKey(string(keyText))
	if err != nil {
		return err
	}
	signed, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	if err != nil {
		return err
	}
	opened, err := note.Open(signed, note.VerifierList(key))
	if err != nil {
		return err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 3 || lines[0] != key.Name() {
		return errors.New("not this log's checkpoint")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return err
	}
	rootBytes, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(rootBytes) != tlog.HashSize {
		return errors.New("no root hash")
	}
	var root tlog.Hash
	copy(root[:], rootBytes)

	tree := tlog.Tree{N: size, Hash: root}
	hashes := tlog.TileHashReader(tree, folder(dir))
	computed, err := tlog.TreeHash(size, hashes)
	if err != nil {
		return err
	}
	if computed != root {
		return errors.New("the tiles lead to another root")
	}
	for n := int64(0); n<<height < size; n++ {
		entries, err := folder(dir).bundle(n, size)
		if err != nil {
			return err
		}
		for i, entry := range entries {
			index := n<<height + int64(i)
			proof, err := tlog.ProveRecord(size, index, hashes)
			if err != nil {
				return err
			}
			if err := tlog.CheckRecord(proof, size, root, index, tlog.RecordHash(entry)); err != nil {
				return fmt.Errorf("entry %d: %w", index, err)
			}
			if index == 0 {
				continue
			}
			old, err := tlog.TreeHash(index, hashes)
			if err != nil {
				return err
			}
			grown, err := tlog.ProveTree(size, index, hashes)
			if err != nil {
				return err
			}
			if err := tlog.CheckTree(grown, size, root, index, old); err != nil {
				return fmt.Errorf("from %d entries: %w", index, err)
			}
		}
	}
	fmt.Printf("%s: %d entries, root %s: signature, every entry's inclusion and every size's consistency are right\n",
		key.Name(), size, root)
	return nil
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: tlog DIR VKEY-FILE")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
