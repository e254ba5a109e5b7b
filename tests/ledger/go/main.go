// Checks a log of this project with a program that is not of this project: the tree, the proofs and the
// signatures are judged by golang.org/x/mod/sumdb, these lines only read files.
//
//	verifier log DIR VKEY [OLDER_CHECKPOINT]   every tile, every entry, and that the older one is continued
//	verifier receipt FILE VKEY                 a C2SP tlog-proof with its entry in the line "extra"
//	verifier proofs FILE.jsonl                 bare proofs as `tongxing ledger check` takes them
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height, width = 8, 256

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) >= 3 && len(args) <= 4 && args[0] == "log":
		return checkLog(args[1], args[2], args[3:])
	case len(args) == 3 && args[0] == "receipt":
		return checkReceipt(args[1], args[2])
	case len(args) == 2 && args[0] == "proofs":
		return checkProofs(args[1])
	}
	return errors.New("usage: log DIR VKEY [OLDER] | receipt FILE VKEY | proofs FILE.jsonl")
}

// openCheckpoint gives the tree that a checkpoint promises, signed by the key under its own name.
func openCheckpoint(data []byte, vkey string) (tlog.Tree, error) {
	key, err := note.NewVerifier(vkey)
	if err != nil {
		return tlog.Tree{}, err
	}
	opened, err := note.Open(data, note.VerifierList(key))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != key.Name() {
		return tlog.Tree{}, fmt.Errorf("no checkpoint of %s", key.Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

// made holds the hashes of a tree in the order of tlog.StoredHashIndex.
type made []tlog.Hash

func (hashes made) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var found []tlog.Hash
	for _, index := range indexes {
		if index >= int64(len(hashes)) {
			return nil, errors.New("a hash beyond the tree")
		}
		found = append(found, hashes[index])
	}
	return found, nil
}

// checkLog makes the tree anew out of the entries. Tiles are compared with it and never believed:
// tlog.TileHashReader of x/mod 0.7 skips some of them when it authenticates.
func checkLog(dir, vkey string, older []string) error {
	data, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	if err != nil {
		return err
	}
	tree, err := openCheckpoint(data, vkey)
	if err != nil {
		return err
	}
	hashes, err := readEntries(dir, tree.N)
	if err != nil {
		return err
	}
	root, err := tlog.TreeHash(tree.N, hashes)
	if err != nil {
		return err
	}
	if root != tree.Hash {
		return errors.New("the entries do not make the root of the checkpoint")
	}
	if err := checkTiles(dir, tree.N, hashes); err != nil {
		return err
	}
	for _, path := range older {
		if err := checkContinued(path, vkey, tree, hashes); err != nil {
			return err
		}
	}
	fmt.Println(tree.N)
	return nil
}

func readTile(dir string, tile tlog.Tile) ([]byte, error) {
	path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
	return os.ReadFile(filepath.Join(dir, strings.Replace(path, "tile/data/", "tile/entries/", 1)))
}

func readEntries(dir string, size int64) (made, error) {
	var hashes made
	for start := int64(0); start < size; start += width {
		count := size - start
		if count > width {
			count = width
		}
		data, err := readTile(dir, tlog.Tile{H: height, L: -1, N: start / width, W: int(count)})
		if err != nil {
			return nil, err
		}
		for index := start; index < start+count; index++ {
			if len(data) < 2 || len(data)-2 < int(binary.BigEndian.Uint16(data)) {
				return nil, fmt.Errorf("entry %d is cut", index)
			}
			end := 2 + int(binary.BigEndian.Uint16(data))
			stored, err := tlog.StoredHashes(index, data[2:end], hashes)
			if err != nil {
				return nil, err
			}
			hashes, data = append(hashes, stored...), data[end:]
		}
		if len(data) != 0 {
			return nil, fmt.Errorf("%d bytes after entry %d", len(data), start+count-1)
		}
	}
	return hashes, nil
}

func checkTiles(dir string, size int64, hashes made) error {
	for level, count := 0, size; count > 0; level, count = level+1, count/width {
		for start := int64(0); start < count; start += width {
			tile := tlog.Tile{H: height, L: level, N: start / width, W: width}
			if count-start < width {
				tile.W = int(count - start)
			}
			wanted, err := tlog.ReadTileData(tile, hashes)
			if err != nil {
				return err
			}
			found, err := readTile(dir, tile)
			if err != nil {
				return err
			}
			if !bytes.Equal(found, wanted) {
				return fmt.Errorf("%s is not what its entries make", tile.Path())
			}
		}
	}
	return nil
}

func checkContinued(path, vkey string, tree tlog.Tree, hashes made) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	old, err := openCheckpoint(data, vkey)
	if err != nil {
		return err
	}
	proof, err := tlog.ProveTree(tree.N, old.N, hashes)
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash)
}

func checkReceipt(path, vkey string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	head, checkpoint, found := bytes.Cut(data, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	if !found || len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" ||
		!strings.HasPrefix(lines[1], "extra ") || !strings.HasPrefix(lines[2], "index ") {
		return errors.New("no receipt with its entry")
	}
	entry, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	if err != nil {
		return err
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	if err != nil {
		return err
	}
	proof, err := parseHashes(lines[3:])
	if err != nil {
		return err
	}
	tree, err := openCheckpoint(checkpoint, vkey)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry))
}

type claim struct {
	Op, Root, Root1, Root2    string
	LeafHash                  string `json:"leaf_hash"`
	Index, Size, Size1, Size2 int64
	Proof                     []string
}

func checkProofs(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	lines := json.NewDecoder(bytes.NewReader(data))
	count := 0
	for ; lines.More(); count++ {
		var one claim
		if err := lines.Decode(&one); err != nil {
			return err
		}
		if err := one.check(); err != nil {
			return fmt.Errorf("line %d: %w", count+1, err)
		}
	}
	fmt.Println(count)
	return nil
}

func (one claim) check() error {
	proof, err := parseHashes(one.Proof)
	if err != nil {
		return err
	}
	if one.Op == "inclusion" {
		ends, err := parseHashes([]string{one.LeafHash, one.Root})
		if err != nil {
			return err
		}
		return tlog.CheckRecord(proof, one.Size, ends[1], one.Index, ends[0])
	}
	ends, err := parseHashes([]string{one.Root1, one.Root2})
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, one.Size2, ends[1], one.Size1, ends[0])
}

func parseHashes(texts []string) ([]tlog.Hash, error) {
	var hashes []tlog.Hash
	for _, text := range texts {
		hash, err := tlog.ParseHash(text)
		if err != nil {
			return nil, err
		}
		hashes = append(hashes, hash)
	}
	return hashes, nil
}
